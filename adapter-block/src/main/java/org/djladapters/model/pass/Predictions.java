/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model.pass;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.djladapters.adapter.Adapter;
import org.djladapters.surgery.BaseModel;
import org.djladapters.surgery.ProgramMethods;

/**
 * The second step of a pass without gradients, of which there are two kinds. One runs on what the
 * model shows: transformed weights, which are computed once after a change and stay applied. The
 * other runs on chosen adapters, whatever the model shows: what they need is applied for this pass
 * alone, in a replica of the base model beside other passes, or in the base model itself while no
 * other pass runs.
 */
public final class Predictions {

    private final ModelState state;
    private final ModelLock lock;
    private final BaseModel original;

    public Predictions(ModelState state) {
        this.state = state;
        lock = state.lock();
        original = state.baseModel();
    }

    /** A model and the adapters that are applied to it, with a mark of their state, by identity. */
    private record Prepared(BaseModel model, List<Adapter> adapters, Object mark) {}

    /**
     * Runs the model if a check passes of the adapters that it shows: those that are merged, else
     * those that are active, none while adapters are disabled. Nothing is changed between the check
     * and the end of the pass.
     *
     * @param check takes the adapters in the order in which they act; what it throws ends the call,
     *     and it can't change the model
     */
    public NDList predict(NDList inputs, Consumer<List<Adapter>> check) {
        ParameterStore store = store(inputs);
        return onShown(check, prepared -> run(prepared, store, inputs));
    }

    /** Runs the model with what it shows. */
    public NDList predict(ParameterStore store, NDList inputs) {
        return onShown(shown -> {}, prepared -> run(prepared, store, inputs));
    }

    /**
     * Runs the model with one adapter alone, or without any, whatever is active.
     *
     * @param check runs before the pass, while nothing is changed; what it throws ends the call,
     *     and it can't change the model
     * @throws IllegalStateException if the adapter was deleted, or replaced without being kept, or
     *     while others are merged or adapters are disabled
     */
    public NDList predictAlone(NDList inputs, Optional<Adapter> adapter, Runnable check) {
        ParameterStore store = store(inputs);
        return onOne(adapter, false, check, prepared -> run(prepared, store, inputs));
    }

    /** Runs every row with an adapter of its own, whatever is active. */
    public NDList predictRows(NDList inputs, List<String> adapterOfRow) {
        MixedBatch batch = new MixedBatch(inputs, adapterOfRow);
        ParameterStore store = store(inputs);
        return onChosen(
                () -> named(batch.adapters()),
                chosen ->
                        batch.run(
                                chosen.plan(store, inputs),
                                (counts, rows) -> runRows(chosen, counts, rows)));
    }

    /**
     * Runs parts of a batch with an adapter or the base model each, whatever is active, in one pass
     * as far as their adapters allow that.
     *
     * @param inputs arrays whose first axis has the rows of all parts, one after another
     * @param adapters the adapter of each part, empty for the base model; no two of one name
     * @param counts the number of rows of each part
     * @param check as for {@link #predictAlone}
     * @return the outputs of each part, owned by the manager of the inputs
     * @throws IllegalStateException as {@link #predictAlone}
     */
    public List<NDList> predictParts(
            NDList inputs, List<Optional<Adapter>> adapters, List<Integer> counts, Runnable check) {
        Map<String, Optional<Adapter>> wanted = new LinkedHashMap<>();
        adapters.forEach(adapter -> wanted.put(nameOf(adapter), adapter));
        List<String> nameOfPart = adapters.stream().map(Predictions::nameOf).toList();
        MixedBatch batch = MixedBatch.ofParts(inputs, nameOfPart, counts);
        ParameterStore store = store(inputs);
        return onChosen(
                () -> still(wanted),
                chosen -> {
                    check.run();
                    Map<String, NDList> outputs =
                            batch.runApart(
                                    chosen.plan(store, inputs),
                                    (numbers, rows) -> runRows(chosen, numbers, rows));
                    return batch.parts(outputs, nameOfPart, counts);
                });
    }

    /**
     * Runs methods of the base model's program ({@link ProgramMethods}) with what the model shows.
     *
     * @param check as for {@link #predict}
     * @param pass takes a mark of what is applied. Another one, by identity, says that adapters or
     *     their parameters may have changed, and with them whatever the model computes; the same
     *     one says that they have not
     * @throws IllegalStateException if an adapter that the model shows has a head, whose outputs
     *     such methods don't give
     */
    public <T> T call(Consumer<List<Adapter>> check, Function<Object, T> pass) {
        return onShown(check, prepared -> pass.apply(markWithoutHead(prepared)));
    }

    /** Runs methods as {@link #call}, with one adapter alone as {@link #predictAlone}. */
    public <T> T callAlone(Optional<Adapter> adapter, Function<Object, T> pass) {
        return onOne(adapter, true, () -> {}, prepared -> pass.apply(markWithoutHead(prepared)));
    }

    private <T> T onShown(Consumer<List<Adapter>> check, Function<Prepared, T> pass) {
        Lock shared = lock.shared();
        shared.lock();
        try {
            if (state.isCurrent()) {
                check.accept(effective());
                return pass.apply(shown());
            }
        } finally {
            shared.unlock();
        }
        return lock.alone(
                () -> {
                    state.requireOpen();
                    check.accept(effective());
                    state.applyEffective();
                    return pass.apply(shown());
                });
    }

    /** Runs a pass of one adapter or of the base model, which may have to be the original. */
    private <T> T onOne(
            Optional<Adapter> adapter,
            boolean inOriginal,
            Runnable check,
            Function<Prepared, T> pass) {
        List<Adapter> wanted = adapter.stream().toList();
        Lock shared = lock.shared();
        shared.lock();
        try {
            if (state.isCurrent() && effective().equals(wanted)) {
                check.run();
                return pass.apply(shown());
            }
        } finally {
            shared.unlock();
        }
        Supplier<T> chosen =
                () ->
                        onChosen(
                                () -> still(Map.of(nameOf(adapter), adapter)),
                                found -> {
                                    check.run();
                                    return pass.apply(applyOne(found, nameOf(adapter)));
                                });
        if (!inOriginal && !lock.read(() -> effective().equals(wanted))) {
            return chosen.get();
        }
        // its weights are to be applied, once for all passes that follow
        return lock.alone(
                () ->
                        effective().equals(wanted)
                                ? onShown(shown -> check.run(), pass)
                                : chosen.get());
    }

    private Prepared applyOne(ChosenAdapters chosen, String name) {
        Object mark = chosen.apply(name).orElse(state.applied.baseMark());
        return new Prepared(chosen.model(), chosen.adapters(name), mark);
    }

    /** Runs passes on adapters that are found when nothing changes any more. */
    private <T> T onChosen(
            Supplier<Map<String, Optional<Adapter>>> adapters, Function<ChosenAdapters, T> passes) {
        lock.requireNoPass();
        if (lock.isHeldAlone()) {
            return inOriginal(adapters, passes);
        }
        Optional<T> result;
        state.replicas.enter();
        try {
            result = inReplica(adapters, passes);
        } finally {
            state.replicas.leave();
        }
        return result.orElseGet(() -> inOriginal(adapters, passes));
    }

    /** Runs passes in a replica; empty if there is none, or this thread has to catch up first. */
    private <T> Optional<T> inReplica(
            Supplier<Map<String, Optional<Adapter>>> adapters, Function<ChosenAdapters, T> passes) {
        Lock shared = lock.shared();
        shared.lock();
        try {
            if (state.isClosed() || state.boundary.isBehind()) {
                return Optional.empty();
            }
            Map<String, Optional<Adapter>> found = adapters.get();
            Optional<BaseModel> replica = state.replicas.borrow();
            if (replica.isEmpty()) {
                return Optional.empty();
            }
            try (ChosenAdapters chosen = choose(replica.get(), found)) {
                return Optional.of(passes.apply(chosen));
            } finally {
                state.replicas.giveBack(replica.get());
            }
        } finally {
            shared.unlock();
        }
    }

    private <T> T inOriginal(
            Supplier<Map<String, Optional<Adapter>>> adapters, Function<ChosenAdapters, T> passes) {
        return lock.alone(
                () -> {
                    state.requireOpen();
                    state.boundary.catchUp();
                    try (ChosenAdapters chosen = choose(original, adapters.get())) {
                        return passes.apply(chosen);
                    } finally {
                        state.applied.applyAgain();
                    }
                });
    }

    private ChosenAdapters choose(BaseModel model, Map<String, Optional<Adapter>> adapters) {
        return new ChosenAdapters(model, adapters, state.cache, state.mayHaveChanged());
    }

    private List<Adapter> effective() {
        return state.adapters().effective();
    }

    private Prepared shown() {
        return new Prepared(original, effective(), state.applied.mark());
    }

    /** Finds the adapters of names, empty for the base model, if rows can choose now. */
    private Map<String, Optional<Adapter>> named(Set<String> names) {
        requireRowsCanChoose();
        Map<String, Optional<Adapter>> found = new LinkedHashMap<>();
        for (String name : names) {
            boolean base = name.equals(AdapterStates.BASE);
            found.put(name, base ? Optional.empty() : Optional.of(state.adapters().get(name)));
        }
        return found;
    }

    /** Returns adapters by name, empty for the base model, if they are still there. */
    private Map<String, Optional<Adapter>> still(Map<String, Optional<Adapter>> adapters) {
        requireRowsCanChoose();
        adapters.values().forEach(adapter -> adapter.ifPresent(state.adapters()::requireSame));
        return adapters;
    }

    private void requireRowsCanChoose() {
        state.adapters().requireNoneMerged("rows choose their own adapters");
        state.adapters().requireEnabled("rows choose their own adapters");
    }

    private static String nameOf(Optional<Adapter> adapter) {
        return adapter.map(Adapter::name).orElse(AdapterStates.BASE);
    }

    private static ParameterStore store(NDList inputs) {
        return new ParameterStore(inputs.get(0).getManager(), false);
    }

    private NDList run(Prepared prepared, ParameterStore store, NDList inputs) {
        List<Adapter> adapters = prepared.adapters();
        boolean pooled = Heads.needPooler(original, adapters);
        NDList outputs = prepared.model().forward(store, inputs, false, pooled);
        return finish(adapters, store, inputs, outputs);
    }

    /** Runs rows of several adapters in one pass, and the head of each. */
    private Map<String, NDList> runRows(
            ChosenAdapters chosen, Map<String, Integer> counts, NDList rows) {
        NDManager manager = rows.get(0).getManager();
        ParameterStore store = new ParameterStore(manager, false);
        if (counts.size() == 1) {
            String name = counts.keySet().iterator().next();
            return Map.of(name, run(applyOne(chosen, name), store, rows));
        }
        chosen.apply(counts);
        boolean pooled = Heads.needPooler(original, chosen.adapters());
        NDList outputs = chosen.model().forward(store, rows, false, pooled);
        try (NDManager scope = manager.newSubManager()) {
            Map<String, NDList> parts = MixedBatch.split(counts, outputs, manager);
            Map<String, NDList> inputs = MixedBatch.split(counts, rows, scope);
            parts.replaceAll(
                    (name, part) -> finish(chosen.adapters(name), store, inputs.get(name), part));
            return parts;
        }
    }

    /** Applies the head of the adapters to the outputs of a pass. */
    private NDList finish(
            List<Adapter> adapters, ParameterStore store, NDList inputs, NDList outputs) {
        ParameterStore parameters = state.boundary.store(store.getManager());
        return Heads.apply(original, adapters, parameters, inputs, outputs, false);
    }

    private static Object markWithoutHead(Prepared prepared) {
        for (Adapter adapter : prepared.adapters()) {
            if (adapter.head() != null) {
                throw new IllegalStateException(
                        ("Adapter '%s' has a head, so that the model gives no logits for the next"
                                        + " token; activate an adapter of a language model")
                                .formatted(adapter.name()));
            }
        }
        return prepared.mark();
    }
}
