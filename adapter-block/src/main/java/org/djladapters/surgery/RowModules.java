/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.surgery;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.djladapters.adapter.TargetModule;
import org.djladapters.rotation.programs.TransformKernel;

/**
 * Finds the layers whose inputs hold the rows of a batch one after another.
 *
 * <p>Two small batches tell. In one all rows are equal, so that inputs of a layer that hold them in
 * any other order, or hold something else, have parts that are not. In the other the rows differ,
 * and tokens of one are masked: the inputs of a layer that sees only some tokens, chosen by what
 * they hold, have another size then.
 */
public final class RowModules {

    /** A number of rows that is not likely to be another size of a model. */
    private static final int ROWS = 3;

    /** How many numbers a row of the first input needs, so that its tokens can be told apart. */
    private static final int LEAST_SIZE = 4;

    private static final String MASK = "attention_mask";

    private static final int USES = 0;
    private static final int BATCHED = 1;
    private static final int VECTORS = 2;
    private static final int NUMBERS = 3;

    private final TorchScriptBaseModel model;
    private final ProgramMethods program;
    private final Sockets sockets;

    /** The results of trials, for all replicas, by the dimensions of the inputs. */
    private final Map<List<Integer>, Set<TargetModule>> known;

    RowModules(
            TorchScriptBaseModel model,
            ProgramMethods program,
            Sockets sockets,
            Map<List<Integer>, Set<TargetModule>> known) {
        this.model = model;
        this.program = program;
        this.sockets = sockets;
        this.known = known;
    }

    /** Finds the modules when it is first asked, while nothing is applied to the model. */
    public Set<TargetModule> find(ParameterStore store, NDList inputs) {
        if (!haveRows(inputs)) {
            return Set.of();
        }
        List<Integer> form = inputs.stream().map(x -> x.getShape().dimension()).toList();
        if (!known.containsKey(form) && canTry(inputs)) {
            model.prepare(store, inputs);
            tryOut(inputs).ifPresent(modules -> known.put(form, modules));
        }
        return known.getOrDefault(form, Set.of());
    }

    private static boolean haveRows(NDList inputs) {
        long rows = rows(inputs.get(0));
        return rows > 0 && inputs.stream().allMatch(input -> rows(input) == rows);
    }

    private static boolean canTry(NDList inputs) {
        return inputs.get(0).size() / rows(inputs.get(0)) >= LEAST_SIZE;
    }

    private static long rows(NDArray input) {
        return input.getShape().dimension() < 2 ? 0 : input.getShape().get(0);
    }

    /** Runs the batches; empty if the first row tells nothing, since its outputs are not finite. */
    private Optional<Set<TargetModule>> tryOut(NDList inputs) {
        try (NDManager scope = model.manager().newSubManager()) {
            NDList same = run(rows(inputs, false, scope), true, scope);
            if (!isFinite(same, scope)) {
                return Optional.empty();
            }
            NDList others = run(rows(inputs, true, scope), false, scope);
            return Optional.of(modules(found(same), found(others)));
        } catch (EngineException e) {
            // a program for one row at a time, such as one that was traced so
            return Optional.of(Set.of());
        }
    }

    /** Runs a batch of which every linear layer notes what goes into it, see {@code note_rows}. */
    private NDList run(NDList inputs, boolean equal, NDManager scope) {
        NDArray count = ProgramMethods.number(ROWS, scope);
        NDArray same = ProgramMethods.onCpu(scope.create(equal));
        Shape shape = new Shape(sockets.modules().size(), NUMBERS);
        NDArray found = ProgramMethods.onCpu(scope.zeros(shape, DataType.INT64));
        try {
            program.run(SocketMethods.TRY_ROWS, List.of(count, same, found));
            NDList results = model.run(new ParameterStore(scope, false), inputs);
            results.attach(scope);
            results.add(found);
            return results;
        } finally {
            sockets.empty();
        }
    }

    private NDList rows(NDList inputs, boolean different, NDManager scope) {
        List<String> names = model.facts().inputNames();
        NDList made = new NDList();
        for (int i = 0; i < inputs.size(); i++) {
            NDArray input = inputs.get(i);
            boolean isMask = i < names.size() && names.get(i).equals(MASK);
            NDArray first = input.get(scope, new NDIndex("0:1"));
            if (isMask) { // programs may leave out what all rows are filled up with
                first = first.onesLike();
                first.attach(scope);
            }
            NDArray turned = different ? first.flip(1) : first;
            turned.attach(scope);
            NDArray last = first;
            if (different && isMask) {
                last = first.duplicate();
                last.attach(scope);
                last.set(new NDIndex("0, %d:".formatted(first.getShape().get(1) / 2)), 0);
            }
            NDArray all = NDArrays.concat(new NDList(first, turned, last));
            all.attach(scope);
            all.setName(input.getName());
            made.add(all);
        }
        return made;
    }

    private static boolean isFinite(NDList results, NDManager scope) {
        return results.subList(0, results.size() - 1).stream()
                .allMatch(output -> TransformKernel.isFinite(output, scope));
    }

    private static long[] found(NDList results) {
        return results.get(results.size() - 1).toLongArray();
    }

    private Set<TargetModule> modules(long[] same, long[] others) {
        Set<TargetModule> modules = new LinkedHashSet<>();
        for (int i = 0; i < sockets.modules().size(); i++) {
            int at = i * NUMBERS;
            long uses = same[at + USES];
            boolean batched =
                    uses > 0
                            && others[at + USES] == uses
                            && same[at + BATCHED] == uses
                            && others[at + BATCHED] == uses
                            && same[at + VECTORS] == others[at + VECTORS];
            if (batched) {
                modules.add(sockets.modules().get(i));
            }
        }
        return Collections.unmodifiableSet(modules);
    }
}
