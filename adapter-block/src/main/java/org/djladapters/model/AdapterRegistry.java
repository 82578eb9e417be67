/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
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
 * The adapters of a model and their life cycle: they are added, replaced, kept, activated, disabled
 * and deleted here. Checkpoints and combinations make adapters of parts by {@link #add}, {@link
 * #replace} and {@link #swap}.
 */
@Internal
public final class AdapterRegistry {

    private static final Logger logger = LoggerFactory.getLogger(AdapterRegistry.class);

    private final ModelState state;
    private final AdapterFactory factory;
    private final AdapterStates states;
    private final List<AdapterListener> listeners = new CopyOnWriteArrayList<>();

    AdapterRegistry(ModelState state, AdapterFactory factory) {
        this.state = state;
        this.factory = factory;
        states = state.adapters();
    }

    /** Refuses a name that a new adapter can't have. */
    public void requireNew(String name) {
        AdapterStates.requireName(name);
        read(
                () -> {
                    states.requireFree(name);
                    return name;
                });
    }

    /**
     * Adds an adapter whose parameters get their values before any pass of the model sees it. The
     * first one becomes active.
     *
     * @param name its name
     * @param config its method, options and targets
     * @param head the head, null for none
     * @param blocks makes the Blocks for weights, in their order
     * @param values sets the parameters; the model is unchanged if it throws
     * @return the adapter
     * @throws IllegalArgumentException as {@link AdaptedModel#add(String, AdapterConfig)}
     */
    public Adapter add(
            String name,
            AdapterConfig config,
            HeadConfig head,
            Function<List<WeightSpec>, List<WeightAdapter>> blocks,
            Consumer<Adapter> values) {
        requireNew(name);
        return put(factory.make(name, config, head, blocks), values, states::add);
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
        adapter(name);
        Adapter next =
                put(
                        factory.make(name, config, head, blocks),
                        values,
                        adapter -> states.replace(adapter).ifPresent(this::release));
        tellReplaced(name);
        return next;
    }

    /** Gives a new adapter its values, then its place; closes it if that fails. */
    private Adapter put(Adapter adapter, Consumer<Adapter> values, Consumer<Adapter> place) {
        try {
            values.accept(adapter);
            state.change(() -> place.accept(adapter));
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
     * @param config method and options of the other one
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
        Adapter own = adapter(name);
        HeadConfig head = own.headConfig().orElse(null);
        AdapterConfig targeted = config.withTargets(own.config().targets());
        try (Adapter other = factory.make(name, targeted, head, blocks)) {
            values.accept(other);
            state.change(
                    () -> {
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
     *
     * @throws IllegalArgumentException if there is none of the name
     */
    public KeptAdapter keep(String name) {
        return keep(() -> states.get(name));
    }

    /**
     * Keeps the adapter that has taken the place of another one last, itself if none has.
     *
     * @throws IllegalStateException if it was deleted
     */
    public KeptAdapter keepLatest(Adapter adapter) {
        return keep(adapter::latest);
    }

    private KeptAdapter keep(Supplier<Adapter> adapter) {
        Adapter kept = read(() -> states.keep(adapter.get()));
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
        if (read(() -> states.endKeeping(adapter))) {
            state.lock()
                    .alone(
                            () -> {
                                if (states.removeRetired(adapter)) {
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

    Adapter adapter(String name) {
        return read(() -> states.get(name));
    }

    List<String> names() {
        return read(states::names);
    }

    List<String> active() {
        return read(states::active);
    }

    List<Adapter> activeAdapters() {
        return read(() -> states.get(states.active()));
    }

    List<String> merged() {
        return read(states::merged);
    }

    boolean isDisabled() {
        return read(states::isDisabled);
    }

    ModelStatus status(String model) {
        return read(() -> ModelStatus.of(model, state));
    }

    void activate(List<String> names) {
        state.change(() -> states.activate(names));
    }

    void disable() {
        state.change(states::disable);
    }

    void enable() {
        state.change(states::enable);
    }

    /** Takes adapters out of the merged weights again, all if none is named. */
    void unmerge(List<String> names) {
        state.change(() -> states.unmerge(names));
    }

    void delete(String name) {
        state.change(() -> release(states.remove(name)));
    }

    /** Deletes all adapters, merged ones too, which leaves the base model. */
    void unload() {
        state.change(
                () -> {
                    state.forgetAll();
                    states.clear();
                });
    }

    /** Refuses training that would change nothing. */
    void requireTrainable() {
        read(
                () -> {
                    state.requireOpen();
                    states.requireTrainable();
                    return null;
                });
    }

    /** Reads while no other thread changes anything. */
    public <T> T read(Supplier<T> read) {
        return state.lock().read(read);
    }
}
