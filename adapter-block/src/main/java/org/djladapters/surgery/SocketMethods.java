/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.surgery;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.archive.ArchiveEditor;
import org.djladapters.archive.ClassText;
import org.djladapters.archive.ModuleNode;
import org.djladapters.archive.TorchArchive;
import org.djladapters.matmul.ProductProgram;
import org.djladapters.rotation.CustomBackward;
import org.djladapters.rotation.WeightTransform;
import org.djladapters.rotation.programs.TransformProgram;

/**
 * Writes the methods of a program's root that set every parameter, fill every socket, record passes
 * and end training mode. They assign attributes, so that a recorded forward pass keeps the tensors
 * it has seen.
 */
final class SocketMethods {

    /**
     * Fills every socket with the parts of a transform and the arrays of a {@link
     * CustomBackward.Task}, empty tensors for none; then come the codes of the tasks, one row a
     * socket, see {@code recording.py}.
     */
    static final String FILL = "djladapters_fill";

    /** Empties every socket. */
    static final String EMPTY = "djladapters_empty";

    /** The number of tensors that {@link #FILL} takes for a socket. */
    static final int SLOTS = WeightTransform.PARTS + CustomBackward.Task.ARRAYS;

    /** Fills sockets for a batch whose rows have transforms of their own, see {@code read_rows}. */
    static final String FILL_ROWS = "djladapters_fill_rows";

    /** Fills the sockets of linear layers with a trial of their inputs, see {@code try_rows}. */
    static final String TRY_ROWS = "djladapters_try_rows";

    /** Sets the way of products, see {@code product.py}; nothing for the engine's own. */
    static final String CHOOSE = "djladapters_choose";

    /** Opens a recording under a number, with layers as segments if the second value says so. */
    static final String OPEN = "djladapters_open";

    /** Begins to record, or to record again what runs again, under a number. */
    static final String RECORD = "djladapters_record";

    /** Takes parameters that are applied, with their gradients, into the recording of a number. */
    static final String RECORD_PARAMETERS = "djladapters_record_parameters";

    /** Ends a recording, given its number and the outputs; returns if it is of use, the outputs. */
    static final String FINISH = "djladapters_finish";

    /** Returns whether a recording was reached, and what its backward pass has found. */
    static final String BACKWARD = "djladapters_backward";

    /** As {@link #BACKWARD}, for a recording with segments, in which what they use is applied. */
    static final String REPLAY = "djladapters_replay";

    /** Forgets a recording. */
    static final String FORGET = "djladapters_forget";

    /** Turns the training mode of every module on or off, as the value says. */
    static final String SET_MODE = "djladapters_set_mode";

    /** Sets every parameter. */
    static final String ASSIGN = "djladapters_assign";

    private static final String FIRST_VALUE = "values[0]";

    /** The attribute of the root that holds recordings by their numbers. */
    private static final String RECORDINGS = "djladapters_recordings";

    private static final String NUMBER = "int(values[0])";
    private static final String CHECKPOINTS = "bool(values[1])";
    private final SocketSurgery surgery;
    private final TorchArchive archive;
    private final ArchiveEditor editor;
    private final ModuleNode root;
    private final List<ModuleNode> sockets;
    private final List<ModuleNode> recorders;
    private final List<ModuleNode> layers;
    private final List<SocketSurgery.Slot> slots;

    SocketMethods(SocketSurgery surgery, TorchArchive archive, ArchiveEditor editor) {
        this.surgery = surgery;
        this.archive = archive;
        this.editor = editor;
        root = archive.module();
        sockets = surgery.sockets();
        recorders = surgery.recorders();
        layers = surgery.layers();
        slots = surgery.slots();
    }

    /** Adds all methods. */
    void add() {
        List<String> assign = new ArrayList<>();
        for (int i = 0; i < slots.size(); i++) {
            SocketSurgery.Slot slot = slots.get(i);
            assign.add(variable(slot.node()) + "." + slot.attribute() + " = values[" + i + "]");
        }
        addMethod(
                ASSIGN, slots.stream().map(SocketSurgery.Slot::node).toList(), assign, FIRST_VALUE);
        List<String> fill = new ArrayList<>();
        for (int i = 0; i < sockets.size(); i++) {
            String module = variable(sockets.get(i));
            String weight = surgery.product(sockets.get(i)).orElseThrow().weight();
            fill.add(
                    "%s.%s = %ssocketed(values, %d, values[%d], %s.%s)"
                            .formatted(
                                    module,
                                    Product.SOCKET,
                                    TransformProgram.PREFIX,
                                    i,
                                    SLOTS * sockets.size(),
                                    module,
                                    weight));
        }
        addMethod(FILL, sockets, fill, FIRST_VALUE);
        addMethod(
                EMPTY,
                sockets,
                sockets.stream().map(m -> variable(m) + "." + Product.SOCKET + " = None").toList(),
                FIRST_VALUE);
        addRowMethods();
        addRecordingMethods();
        List<ModuleNode> moded = root.stream().filter(this::hasMode).toList();
        List<String> modes = new ArrayList<>();
        modes.add("on = bool(values[0])");
        moded.forEach(node -> modes.add(variable(node) + ".training = on"));
        addMethod(SET_MODE, moded, modes, FIRST_VALUE);
    }

    /** Adds the methods for batches whose rows have transforms of their own. */
    private void addRowMethods() {
        List<String> weights = new ArrayList<>();
        List<String> filled = new ArrayList<>();
        List<String> trials = new ArrayList<>();
        for (int i = 0; i < sockets.size(); i++) {
            String module = variable(sockets.get(i));
            Product product = surgery.product(sockets.get(i)).orElseThrow();
            weights.add(module + "." + product.weight());
            filled.add("%s.%s = filled[%d]".formatted(module, Product.SOCKET, i));
            if (product.kind() == WeightSpec.Kind.LINEAR
                    || product.kind() == WeightSpec.Kind.CONV1D) {
                String trial = "%s.%s = %stry_rows(values, %d)";
                trials.add(trial.formatted(module, Product.SOCKET, TransformProgram.PREFIX, i));
            }
        }
        List<String> fill = new ArrayList<>();
        fill.add("weights = annotate(List[Tensor], [%s])".formatted(String.join(", ", weights)));
        fill.add("filled = %sread_rows(values, weights)".formatted(TransformProgram.PREFIX));
        fill.addAll(filled);
        addMethod(FILL_ROWS, sockets, fill, FIRST_VALUE);
        addMethod(TRY_ROWS, sockets, trials, FIRST_VALUE);
    }

    /** Adds the methods that choose the way of products, and record passes. */
    private void addRecordingMethods() {
        ClassText type = archive.classOf(root);
        editor.addOptional(type, RECORDINGS, "Dict[int, %s]".formatted(TransformProgram.RECORDING));
        if (surgery.product(root).isEmpty()) {
            editor.addOptional(type, Product.WAY, ProductProgram.WAY);
        }
        Set<ModuleNode> ways = new LinkedHashSet<>(sockets);
        ways.add(root);
        List<String> choose = new ArrayList<>();
        choose.add("way = %sway(values[0])".formatted(ProductProgram.PREFIX));
        ways.forEach(node -> choose.add(variable(node) + "." + Product.WAY + " = way"));
        for (int i = 0; i < sockets.size(); i++) {
            Product product = surgery.product(sockets.get(i)).orElseThrow();
            if (product.kind() == WeightSpec.Kind.LINEAR && !surgery.isTied(sockets.get(i))) {
                String weight = variable(sockets.get(i)) + "." + product.weight();
                choose.add("n%d = %slay(%s, way)".formatted(i, ProductProgram.PREFIX, weight));
            }
        }
        addMethod(CHOOSE, List.copyOf(ways), choose, FIRST_VALUE);

        String prefix = TransformProgram.RECORDING_PREFIX;
        String found = "%s.%s".formatted(variable(root), RECORDINGS);
        String way = "%s.%s".formatted(variable(root), Product.WAY);
        List<String> open = new ArrayList<>();
        open.add("recording = %s(%s, %s)".formatted(TransformProgram.RECORDING, way, CHECKPOINTS));
        open.add("%s = %sopen(%s, %s, recording)".formatted(found, prefix, found, NUMBER));
        for (int i = 0; i < layers.size(); i++) {
            open.add("%s.%s = %d".formatted(variable(layers.get(i)), LayerSegments.NUMBER, i));
        }
        addMethod(OPEN, layers, open, FIRST_VALUE);

        String find = "recording = %sfind(%s, %s)".formatted(prefix, found, NUMBER);
        List<String> record = new ArrayList<>(List.of(find));
        for (int i = 0; i < sockets.size(); i++) {
            record.add(
                    "%s.%s = (recording).transform(%s.%s)"
                            .formatted(
                                    variable(sockets.get(i)),
                                    Product.SOCKET,
                                    variable(sockets.get(i)),
                                    Product.SOCKET));
        }
        recorders.forEach(
                node -> record.add(variable(node) + "." + Product.RECORDING + " = recording"));
        List<ModuleNode> all = new ArrayList<>(sockets);
        all.addAll(recorders);
        addMethod(RECORD, all, record, FIRST_VALUE);

        List<String> parameters = new ArrayList<>(List.of(find));
        for (SocketSurgery.Slot slot : slots) {
            String parameter = variable(slot.node()) + "." + slot.attribute();
            parameters.add("%s = (recording).stand_in(%s)".formatted(parameter, parameter));
        }
        List<ModuleNode> owners = slots.stream().map(SocketSurgery.Slot::node).toList();
        addMethod(RECORD_PARAMETERS, owners, parameters, FIRST_VALUE);

        List<String> finish = new ArrayList<>();
        recorders.forEach(node -> finish.add(variable(node) + "." + Product.RECORDING + " = None"));
        finish.add("found = %sfinish(%s, values)".formatted(prefix, found));
        addMethod(FINISH, recorders, finish, "found");
        String backward = "found = %sbackward(%s, %s)".formatted(prefix, found, NUMBER);
        addMethod(BACKWARD, List.of(), List.of(backward), "found");
        if (!layers.isEmpty()) {
            addMethod(REPLAY, layers, replay(find), "found");
        }
        String forget = "left = %sforget(%s, %s)".formatted(prefix, found, NUMBER);
        addMethod(FORGET, List.of(), List.of(forget), FIRST_VALUE);
    }

    private List<String> replay(String find) {
        List<String> lines = new ArrayList<>();
        lines.add(find);
        lines.add("found = [torch.tensor((recording).has_gradient())]");
        lines.add("if bool(found[0]):");
        lines.add("  count = (recording).begin_backward()");
        lines.add("  while count > 0:");
        lines.add("    segment = (recording).step_back()");
        lines.add("    count = (recording).operations()");
        lines.add("    if segment is not None:");
        for (int i = 0; i < layers.size(); i++) {
            lines.add("      if segment.number == %d:".formatted(i));
            lines.add(
                    "        count = (%s).%s(recording, segment)"
                            .formatted(variable(layers.get(i)), LayerSegments.REPLAY));
        }
        lines.add("  found.extend((recording).end_backward())");
        return lines;
    }

    private boolean hasMode(ModuleNode node) {
        return archive.classOf(node).attributes().stream()
                .anyMatch(attribute -> attribute.name().equals("training"));
    }

    /** Adds a method that reaches modules by getattr, since names such as 0 are no identifiers. */
    private void addMethod(
            String name, List<ModuleNode> needed, List<String> statements, String result) {
        List<String> lines = new ArrayList<>();
        String type = result.equals(FIRST_VALUE) ? "Tensor" : "List[Tensor]";
        lines.add("def " + name + "(self, values: List[Tensor]) -> " + type + ":");
        lines.add("  " + variable(root) + " = self");
        Set<Integer> ids = new HashSet<>();
        needed.forEach(node -> ids.add(node.objectId()));
        reach(root, ids, new HashSet<>(Set.of(root.objectId())), lines);
        statements.forEach(statement -> lines.add("  " + statement));
        lines.add("  return " + result);
        editor.addMethod(archive.classOf(root), lines.toArray(new String[0]));
    }

    private static void reach(
            ModuleNode parent, Set<Integer> needed, Set<Integer> reached, List<String> lines) {
        for (ModuleNode child : parent.children()) {
            boolean leads = child.stream().anyMatch(node -> needed.contains(node.objectId()));
            if (leads && reached.add(child.objectId())) {
                lines.add(
                        "  %s = getattr(%s, \"%s\")"
                                .formatted(variable(child), variable(parent), child.name()));
                reach(child, needed, reached, lines);
            }
        }
    }

    private static String variable(ModuleNode node) {
        return "m" + node.objectId();
    }
}
