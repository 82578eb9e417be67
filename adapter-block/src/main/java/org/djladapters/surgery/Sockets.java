/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.surgery;

import static org.djladapters.surgery.ProgramMethods.onCpu;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.TargetModule;
import org.djladapters.rotation.CustomBackward;
import org.djladapters.rotation.WeightTransform;

/** The first step of a pass in a TorchScript program: sets its parameters and fills its sockets. */
final class Sockets {

    private final ProgramMethods program;
    private final NDManager manager;
    private final List<TargetModule> modules;
    private final Map<String, NDArray> base;

    /** Stands for what is not there. */
    private final NDArray none;

    private Applied applied = Applied.NOTHING;

    /** Whether an application has failed on its way, so that anything may stand in the program. */
    private boolean incomplete;

    Sockets(
            ProgramMethods program,
            NDManager manager,
            List<TargetModule> modules,
            Map<String, NDArray> base) {
        this.program = program;
        this.manager = manager;
        this.modules = modules;
        this.base = base;
        none = manager.create(new Shape(0));
    }

    List<TargetModule> modules() {
        return modules;
    }

    Applied applied() {
        return applied;
    }

    /** Notes that all that is applied has become the base model's own. */
    void clearApplied() {
        applied = Applied.NOTHING;
    }

    void setBase() {
        program.run(SocketMethods.ASSIGN, List.copyOf(base.values()));
    }

    void apply(Applied next) {
        boolean again = incomplete;
        incomplete = true;
        if (again || !next.weights().isEmpty() || !applied.weights().isEmpty()) {
            List<NDArray> values = new ArrayList<>(base.size());
            base.forEach((name, array) -> values.add(next.weights().getOrDefault(name, array)));
            program.run(SocketMethods.ASSIGN, values);
        }
        if (next.fillsSockets()) {
            fill(next);
        } else if (again || applied.fillsSockets()) {
            empty();
        }
        applied = next;
        incomplete = false;
    }

    void empty() {
        program.run(SocketMethods.EMPTY, List.of(none));
    }

    private void fill(Applied next) {
        try (NDManager scope = manager.newSubManager()) {
            if (next.customBackwards().isEmpty()) {
                program.run(SocketMethods.FILL_ROWS, rowValues(next.groups(), scope));
            } else {
                List<NDArray> values = new ArrayList<>();
                modules.forEach(module -> values.addAll(slots(next, module)));
                values.add(codes(next, scope));
                program.run(SocketMethods.FILL, values);
            }
        }
    }

    /** Returns the parts of a socket's transform and the arrays of its task, for FILL. */
    private List<NDArray> slots(Applied next, TargetModule module) {
        CustomBackward.Layer custom = next.customBackwards().get(module);
        WeightTransform transform =
                custom == null
                        ? next.transforms().getOrDefault(module, WeightTransform.IDENTITY)
                        : custom.rest();
        List<NDArray> slots = new ArrayList<>(transform.parts(none));
        slots.addAll(
                custom == null
                        ? Collections.nCopies(CustomBackward.Task.ARRAYS, none)
                        : custom.task().arrays(none));
        return slots;
    }

    /** Returns the number of every socket and the code of its task, one row a socket. */
    private NDArray codes(Applied next, NDManager scope) {
        List<List<Integer>> rows = new ArrayList<>();
        for (TargetModule module : modules) {
            CustomBackward.Layer custom = next.customBackwards().get(module);
            rows.add(custom == null ? List.of() : custom.task().code());
        }
        int width = 1 + rows.stream().mapToInt(List::size).max().orElse(0);
        long[] codes = new long[rows.size() * width];
        for (int i = 0; i < rows.size(); i++) {
            codes[i * width] = i;
            for (int j = 0; j < rows.get(i).size(); j++) {
                codes[i * width + j + 1] = rows.get(i).get(j);
            }
        }
        return onCpu(scope.create(codes, new Shape(rows.size(), width)));
    }

    /** Returns the parts that are there, and codes that say which these are, for FILL_ROWS. */
    private List<NDArray> rowValues(List<Applied.Rows> rows, NDManager scope) {
        List<NDArray> values = new ArrayList<>(List.of(none));
        List<Long> codes = new ArrayList<>();
        codes.add((long) rows.size());
        rows.forEach(group -> codes.add((long) group.count()));
        for (TargetModule module : modules) {
            for (Applied.Rows group : rows) {
                WeightTransform transform = group.transforms().get(module);
                codes.add(transform == null ? 0 : addParts(transform, values));
            }
        }
        values.add(onCpu(scope.create(codes.stream().mapToLong(Long::longValue).toArray())));
        return values;
    }

    /** Adds the parts that a transform has, and returns which these are, a bit for each. */
    private long addParts(WeightTransform transform, List<NDArray> values) {
        List<NDArray> parts = transform.parts(none);
        long bits = 0;
        for (int i = 0; i < parts.size(); i++) {
            if (parts.get(i) != none) {
                values.add(parts.get(i));
                bits |= 1L << i;
            }
        }
        return bits;
    }
}
