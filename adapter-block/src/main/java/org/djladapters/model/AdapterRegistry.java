/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.io.Internal;
import org.djladapters.model.pass.AdapterStates;
import org.djladapters.model.pass.KeptAdapter;
import org.djladapters.model.pass.ModelState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life cycle of a model's adapters: they are added, replaced, kept and deleted here.
 * Checkpoints and combinations make adapters of parts by {@link #add}, {@link #replace} and {@link
 * #swap}.
 */
@Internal
public final class AdapterRegistry {

    private static final Logger logger = LoggerFactory.getLogger(AdapterRegistry.class);

    private final ModelState state;
    private final AdapterFactory factory;
    private final List<AdapterListener> listeners = new CopyOnWriteArrayList<>();

    AdapterRegistry(ModelState state, AdapterFactory factory) {
        this.state = state;
        this.factory = factory;
    }

    /** Refuses a name that a new adapter can't have. */
    public void requireNew(String name) {
        AdapterStates.requireName(name);
        state.read(
                states -> {
                    states.requireFree(name);
                    return name;
                });
    }

    /**
     * Adds an adapter whose parameters get their values before any pass of the model sees it. The
     * first one becomes active.
     *
     * @param head the head, null for none
     * @param blocks makes the Blocks for weights, in their order
     * @param values sets the parameters; the model is unchanged if it throws
     * @throws IllegalArgumentException as {@link AdaptedModel#add(String, AdapterConfig)}
     */
    public Adapter add(
            String name,
            AdapterConfig config,
            HeadConfig head,
            Function<List<WeightSpec>, List<WeightAdapter>> blocks,
            Consumer<Adapter> values) {
        requireNew(name);
        return put(factory.make(name, config, head, blocks), values, AdapterStates::add);
    }

    /**
     * Puts a new adapter, of any method, in the place of one, as {@link #add} makes it. No pass
     * sees anything in between.
     *
     * @throws IllegalArgumentException if there is none of the name
     * @throws IllegalStateException if it is merged
     */
    public Adapter replace(
            String name,
            AdapterConfig config,
            HeadConfig head,
            Function<List<WeightSpec>, List<WeightAdapter>> blocks,
            Consumer<Adapter> values) {
        state.adapter(name);
        Adapter next =
                put(
                        factory.make(name, config, head, blocks),
                        values,
                        (states, adapter) -> states.replace(adapter).ifPresent(this::release));
        tellReplaced(name);
        return next;
    }

    /** Gives a new adapter its values, then its place; closes it if that fails. */
    private Adapter put(
            Adapter adapter, Consumer<Adapter> values, BiConsumer<AdapterStates, Adapter> place) {
        try {
            values.accept(adapter);
            state.change(states -> place.accept(states, adapter));
        } catch (RuntimeException e) {
            adapter.close();
            throw e;
        }
        return adapter;
    }

    /**
     * Gives an adapter in place, all or nothing, the function of another one of the same method,
     * targets and head, which is made for that and released. Trainers and everything else that
     * holds the parameters keep working.
     *
     * @param blocks makes the Blocks of the other one
     * @param values sets the parameters of the other one
     * @throws IllegalArgumentException if there is no adapter of the name or its parameters can't
     *     hold what the other one does
     * @throws IllegalStateException if it is merged
     */
    public void swap(
            String name,
            AdapterConfig config,
            Function<List<WeightSpec>, List<WeightAdapter>> blocks,
            Consumer<Adapter> values) {
        Adapter own = state.adapter(name);
        HeadConfig head = own.headConfig().orElse(null);
        AdapterConfig targeted = config.withTargets(own.config().targets());
        try (Adapter other = factory.make(name, targeted, head, blocks)) {
            values.accept(other);
            state.change(
                    states -> {
                        states.requireUnmerged(name, "swapped");
                        states.get(name).copyFrom(other, state.baseModel().manager());
                        state.forget(states.get(name));
                    });
        }
        tellReplaced(name);
    }

    /** Tells all listeners, of which none can undo what has happened. */
    private void tellReplaced(String name) {
        for (AdapterListener listener : listeners) {
            try {
                listener.adapterReplaced(name);
            } catch (RuntimeException e) {
                logger.error("A listener failed after adapter '{}' was replaced", name, e);
            }
        }
    }

    void addListener(AdapterListener listener) {
        listeners.add(listener);
    }

    void removeListener(AdapterListener listener) {
        listeners.remove(listener);
    }

    /**
     * Keeps the adapter of a name as long as the result is open, even if another one takes its
     * place meanwhile; not if it is deleted.
     */
    public KeptAdapter keep(String name) {
        return keep(states -> states.get(name));
    }

    /** Keeps the adapter that has taken the place of another one last, itself if none has. */
    public KeptAdapter keepLatest(Adapter adapter) {
        return keep(states -> adapter.latest());
    }

    private KeptAdapter keep(Function<AdapterStates, Adapter> adapter) {
        Adapter kept = state.read(states -> states.keep(adapter.apply(states)));
        AtomicBoolean open = new AtomicBoolean(true);
        return new KeptAdapter() {
            @Override
            public Adapter adapter() {
                return kept;
            }

            @Override
            public void close() {
                if (open.getAndSet(false)) {
                    endKeeping(kept);
                }
            }
        };
    }

    private void endKeeping(Adapter adapter) {
        if (state.read(states -> states.endKeeping(adapter))) {
            state.lock()
                    .alone(
                            () -> {
                                if (state.adapters().removeRetired(adapter)) {
                                    release(adapter);
                                }
                            });
        }
    }

    /** Releases an adapter that was taken out, and all that was made of it. */
    private void release(Adapter removed) {
        state.forget(removed);
        removed.close();
    }

    void delete(String name) {
        state.change(states -> release(states.remove(name)));
    }

    /** Reads while no other thread changes anything. */
    public <T> T read(Supplier<T> read) {
        return state.lock().read(read);
    }
}
