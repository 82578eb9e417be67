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
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.archive.ArchiveEditor;
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

    /** The socket of a module in a pattern of {@link #each}. */
    private static final String SOCKET = "%1$s." + Product.SOCKET;

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

    SocketMethods(SocketSurgery surgery, TorchArchive archive, ArchiveEditor editor) {
        this.surgery = surgery;
        this.archive = archive;
        this.editor = editor;
        root = archive.module();
        sockets = surgery.sockets();
        recorders = surgery.recorders();
        layers = surgery.layers();
    }

    void add() {
        List<ModuleNode> owners = surgery.slots().stream().map(SocketSurgery.Slot::node).toList();
        List<String> parameters =
                surgery.slots().stream()
                        .map(s -> variable(s.node()) + "." + s.attribute())
                        .toList();
        addMethod(ASSIGN, owners, numbered(parameters, "%s = values[%d]"), FIRST_VALUE);
        addFillingMethods();
        addChoice();
        addRecordingMethods(owners, parameters);
        List<ModuleNode> moded = root.stream().filter(this::hasMode).toList();
        List<String> modes = new ArrayList<>(List.of("on = bool(values[0])"));
        moded.forEach(node -> modes.add(variable(node) + ".training = on"));
        addMethod(SET_MODE, moded, modes, FIRST_VALUE);
    }

    private void addFillingMethods() {
        String prefix = TransformProgram.PREFIX;
        String socketed = prefix + "socketed(values, %2$d, values[" + SLOTS * sockets.size() + "]";
        addMethod(FILL, sockets, each(SOCKET + " = " + socketed + ", %1$s.%3$s)"), FIRST_VALUE);
        addMethod(EMPTY, sockets, each(SOCKET + " = None"), FIRST_VALUE);
        List<String> fill = new ArrayList<>();
        String weights = String.join(", ", each("%1$s.%3$s"));
        fill.add("weights = annotate(List[Tensor], [%s])".formatted(weights));
        fill.add("filled = " + prefix + "read_rows(values, weights)");
        fill.addAll(each(SOCKET + " = filled[%2$d]"));
        addMethod(FILL_ROWS, sockets, fill, FIRST_VALUE);
        Set<WeightSpec.Kind> linear = Set.of(WeightSpec.Kind.LINEAR, WeightSpec.Kind.CONV1D);
        String trial = SOCKET + " = " + prefix + "try_rows(values, %2$d)";
        addMethod(
                TRY_ROWS,
                sockets,
                each(trial, m -> linear.contains(product(m).kind())),
                FIRST_VALUE);
    }

    private void addChoice() {
        if (surgery.product(root).isEmpty()) {
            editor.addOptional(archive.classOf(root), Product.WAY, ProductProgram.WAY);
        }
        Set<ModuleNode> ways = new LinkedHashSet<>(sockets);
        ways.add(root);
        List<String> choose = new ArrayList<>();
        choose.add("way = %sway(values[0])".formatted(ProductProgram.PREFIX));
        ways.forEach(node -> choose.add(variable(node) + "." + Product.WAY + " = way"));
        choose.addAll(
                each(
                        "n%2$d = " + ProductProgram.PREFIX + "lay(%1$s.%3$s, way)",
                        m -> product(m).kind() == WeightSpec.Kind.LINEAR && !surgery.isTied(m)));
        addMethod(CHOOSE, List.copyOf(ways), choose, FIRST_VALUE);
    }

    private void addRecordingMethods(List<ModuleNode> owners, List<String> parameters) {
        editor.addOptional(
                archive.classOf(root),
                RECORDINGS,
                "Dict[int, %s]".formatted(TransformProgram.RECORDING));
        String prefix = TransformProgram.RECORDING_PREFIX;
        String found = "%s.%s".formatted(variable(root), RECORDINGS);
        String way = "%s.%s".formatted(variable(root), Product.WAY);
        List<String> open = new ArrayList<>();
        open.add("recording = %s(%s, %s)".formatted(TransformProgram.RECORDING, way, CHECKPOINTS));
        open.add("%s = %sopen(%s, %s, recording)".formatted(found, prefix, found, NUMBER));
        List<String> variables = layers.stream().map(SocketMethods::variable).toList();
        open.addAll(numbered(variables, "%s." + LayerSegments.NUMBER + " = %d"));
        addMethod(OPEN, layers, open, FIRST_VALUE);

        String find = "recording = %sfind(%s, %s)".formatted(prefix, found, NUMBER);
        List<String> record = new ArrayList<>(List.of(find));
        record.addAll(each(SOCKET + " = (recording).transform(" + SOCKET + ")"));
        String recording = "." + Product.RECORDING + " = ";
        recorders.forEach(node -> record.add(variable(node) + recording + "recording"));
        List<ModuleNode> all = new ArrayList<>(sockets);
        all.addAll(recorders);
        addMethod(RECORD, all, record, FIRST_VALUE);

        List<String> standIns = new ArrayList<>(List.of(find));
        standIns.addAll(numbered(parameters, "%1$s = (recording).stand_in(%1$s)"));
        addMethod(RECORD_PARAMETERS, owners, standIns, FIRST_VALUE);

        List<String> finish = new ArrayList<>();
        recorders.forEach(node -> finish.add(variable(node) + recording + "None"));
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

    private Product product(ModuleNode socket) {
        return surgery.product(socket).orElseThrow();
    }

    /** Writes a statement for every module with a socket. */
    private List<String> each(String pattern) {
        return each(pattern, module -> true);
    }

    /** Formats a pattern with the variable, the number and the weight of modules with a socket. */
    private List<String> each(String pattern, Predicate<ModuleNode> wanted) {
        return IntStream.range(0, sockets.size())
                .filter(i -> wanted.test(sockets.get(i)))
                .mapToObj(
                        i ->
                                pattern.formatted(
                                        variable(sockets.get(i)),
                                        i,
                                        product(sockets.get(i)).weight()))
                .toList();
    }

    /** Formats a pattern with each of several expressions and its number. */
    private static List<String> numbered(List<String> expressions, String pattern) {
        return IntStream.range(0, expressions.size())
                .mapToObj(i -> pattern.formatted(expressions.get(i), i))
                .toList();
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
