/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.surgery;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.djladapters.adapter.TargetModule;
import org.djladapters.rotation.CustomBackward;

/**
 * The step of a training pass that records it, and by which its backward pass goes back through it.
 */
public final class PassRecorder {

    /** The engine's message about a change of a tensor where a recording begins anew. */
    private static final String IN_PLACE = "is being used in an in-place operation";

    /** The message of {@code recording.py} about a layer that can't run again. */
    private static final String CHANGED = "the model changes in place";

    /** The number of a recording of nothing. */
    private static final long NOTHING = -1;

    /** Where a header of results has the number of their socket. */
    private static final int HEADER_SOCKET = 0;

    /** Where a header of results has how many there are. */
    private static final int HEADER_COUNT = 1;

    private final TorchScriptBaseModel model;
    private final ProgramMethods program;
    private final Sockets sockets;
    private final boolean checkpoints;

    /** The weights and transforms of passes with layers that run again, by their numbers. */
    private final Map<Long, Applied> replayed = new ConcurrentHashMap<>();

    PassRecorder(
            TorchScriptBaseModel model,
            ProgramMethods program,
            Sockets sockets,
            boolean checkpoints) {
        this.model = model;
        this.program = program;
        this.sockets = sockets;
        this.checkpoints = checkpoints;
    }

    /**
     * Tells whether recorded passes keep only what goes into layers and {@link #backward} runs
     * these again. That applies what the pass had then, and leaves nothing applied; what is applied
     * in a recorded pass has to live until then.
     */
    public boolean checkpoints() {
        return checkpoints;
    }

    /**
     * Runs a training pass with what is applied and records it for {@link #backward}.
     *
     * @param pass a number that no other recorded pass has
     * @return the outputs, where the engine's backward pass ends; empty if the model changes in
     *     place what a backward pass would need
     */
    public Optional<NDList> record(ParameterStore store, NDList inputs, long pass, boolean pooled) {
        model.prepare(store, inputs);
        NDManager owner = inputs.get(0).getManager();
        try (NDManager scope = model.manager().newSubManager()) {
            NDArray number = ProgramMethods.number(pass, scope);
            open(number, checkpoints, scope);
            if (checkpoints) {
                replayed.put(pass, sockets.applied());
            }
            begin(number);
            NDList outputs = new NDList();
            NDList finished;
            try {
                outputs.addAll(model.forward(store, inputs, true, pooled));
            } catch (EngineException e) {
                if (!String.valueOf(e.getMessage()).contains(IN_PLACE)) {
                    throw e;
                }
                return Optional.empty();
            } finally {
                List<NDArray> values = new ArrayList<>(List.of(number));
                values.addAll(outputs);
                finished = program.call(SocketMethods.FINISH, scope, values);
                outputs.forEach(NDArray::close);
            }
            if (!finished.get(0).getBoolean()) {
                return Optional.empty();
            }
            NDList results = new NDList(finished.subList(1, finished.size()));
            for (int i = 0; i < results.size(); i++) {
                results.get(i).setName(outputs.get(i).getName());
            }
            results.attach(owner);
            return Optional.of(results);
        }
    }

    /**
     * Goes on with a backward pass that has come to the outputs of a recorded pass, and forgets the
     * pass.
     *
     * @return what the pass saved of every use of the layers with custom backward passes, computed
     *     as their {@link CustomBackward.Task}s say; empty, and nothing is forgotten, if no
     *     gradient of an output is there
     */
    public Optional<Map<TargetModule, List<NDList>>> backward(long pass, NDManager owner) {
        try (NDManager scope = model.manager().newSubManager()) {
            NDArray number = ProgramMethods.number(pass, scope);
            NDList found =
                    checkpoints ? replay(pass, number, owner) : program.backward(number, owner);
            return found.get(0).getBoolean() ? Optional.of(bySocket(found)) : Optional.empty();
        }
    }

    /** Goes back through layers that run again, with what was applied when they ran first. */
    private NDList replay(long pass, NDArray number, NDManager owner) {
        sockets.apply(replayed.get(pass));
        begin(number);
        try {
            return program.call(SocketMethods.REPLAY, owner, List.of(), List.of(number));
        } catch (EngineException e) {
            if (String.valueOf(e.getMessage()).contains(CHANGED)) {
                throw new IllegalStateException(
                        "The model changes in place what gradient checkpointing computes again;"
                                + " open it without gradient checkpointing",
                        e);
            }
            throw e;
        } finally {
            program.run(SocketMethods.FINISH, List.of(number));
            sockets.apply(Applied.NOTHING);
        }
    }

    private Map<TargetModule, List<NDList>> bySocket(NDList found) {
        Map<TargetModule, List<NDList>> results = new LinkedHashMap<>();
        int at = 1; // after whether a gradient was there
        while (at < found.size()) {
            long[] header = found.get(at).toLongArray();
            TargetModule module = sockets.modules().get((int) header[HEADER_SOCKET]);
            int end = at + 1 + (int) header[HEADER_COUNT];
            results.computeIfAbsent(module, m -> new ArrayList<>())
                    .add(new NDList(found.subList(at + 1, end)));
            at = end;
        }
        return results;
    }

    /** Forgets a recorded pass. */
    public void forget(long pass) {
        replayed.remove(pass);
        try (NDManager scope = model.manager().newSubManager()) {
            program.run(SocketMethods.FORGET, List.of(ProgramMethods.number(pass, scope)));
        }
    }

    /** Has the engine compile the method that runs layers again, with a recording of nothing. */
    void prepare() {
        if (!checkpoints) {
            return;
        }
        try (NDManager scope = model.manager().newSubManager()) {
            NDArray number = ProgramMethods.number(NOTHING, scope);
            open(number, false, scope);
            program.call(SocketMethods.REPLAY, scope, List.of(), List.of(number));
            forget(NOTHING);
        }
    }

    private void open(NDArray number, boolean segments, NDManager scope) {
        NDArray flag = ProgramMethods.onCpu(scope.create(segments));
        program.run(SocketMethods.OPEN, List.of(number, flag));
    }

    private void begin(NDArray number) {
        program.run(SocketMethods.RECORD, List.of(number));
        if (!sockets.applied().weights().isEmpty()) {
            program.run(SocketMethods.RECORD_PARAMETERS, List.of(number));
        }
    }
}
