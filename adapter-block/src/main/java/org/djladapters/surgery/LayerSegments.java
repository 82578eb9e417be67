/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.surgery;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.djladapters.archive.ArchiveEditor;
import org.djladapters.archive.ClassText;
import org.djladapters.archive.MethodText;
import org.djladapters.archive.ModuleNode;
import org.djladapters.archive.TorchArchive;
import org.djladapters.archive.Variable;
import org.djladapters.rotation.programs.TransformProgram;

/**
 * The layers of a model that gradient checkpointing runs twice: once without keeping anything but
 * the arguments, and again when the backward pass comes to them, see {@code recording.py}.
 */
final class LayerSegments {

    /** The attribute of a layer that holds its number; None in other modules of its class. */
    static final String NUMBER = "djladapters_number";

    /** Runs a layer again, given the recording and what it has kept of the layer. */
    static final String REPLAY = "djladapters_replay";

    private static final String FORWARD = "forward";

    /** The name that the layer's own method gets. */
    private static final String LAYER = "djladapters_layer";

    private static final String TENSOR = "Tensor";
    private static final String OPTIONAL_TENSOR = "Optional[Tensor]";
    private static final String INTEGER = "int";
    private static final Set<String> TYPES = Set.of(TENSOR, OPTIONAL_TENSOR, INTEGER);

    private LayerSegments() {}

    /**
     * Finds the layers in their order: the modules that are numbered below one parent, which take
     * and return tensors; one may be used several times. Of several such lists it is the one that
     * holds the most sockets, and the outermost of those.
     */
    static List<ModuleNode> find(TorchArchive archive, Predicate<ModuleNode> hasSocket) {
        return archive.module().stream()
                .map(LayerSegments::numbered)
                .filter(layers -> !layers.isEmpty())
                .filter(layers -> layers.stream().allMatch(layer -> isLayer(archive, layer)))
                .max(Comparator.comparingLong(layers -> sockets(layers, hasSocket)))
                .orElse(List.of());
    }

    private static List<ModuleNode> numbered(ModuleNode parent) {
        return parent.children().stream().filter(c -> c.name().matches("\\d{1,6}")).toList();
    }

    private static long sockets(List<ModuleNode> layers, Predicate<ModuleNode> hasSocket) {
        return layers.stream().flatMap(ModuleNode::stream).filter(hasSocket).count();
    }

    private static boolean isLayer(TorchArchive archive, ModuleNode node) {
        List<MethodText> methods = archive.classOf(node).methods();
        return methods.size() == 1
                && methods.get(0).name().equals(FORWARD)
                && methods.get(0).returnType().strip().equals(TENSOR)
                && methods.get(0).arguments().stream().allMatch(a -> TYPES.contains(type(a)));
    }

    /** Returns the type of an argument; where none is written, it is a tensor. */
    private static String type(Variable argument) {
        return argument.type().isEmpty() ? TENSOR : argument.type().replace(" ", "");
    }

    /**
     * Prepares the class of layers: what was {@code forward} is called by a new one, which keeps
     * the arguments if passes are checkpointed, and by the method {@link #REPLAY}.
     */
    static void prepare(ArchiveEditor editor, ClassText type) {
        List<Variable> arguments = type.method(FORWARD).orElseThrow().arguments();
        editor.addOptional(type, NUMBER, INTEGER);
        editor.renameMethod(type, FORWARD, LAYER);
        editor.addMethod(type, forward(arguments).toArray(new String[0]));
        editor.addMethod(type, replay(arguments).toArray(new String[0]));
    }

    private static List<String> forward(List<Variable> arguments) {
        String signature =
                Stream.concat(
                                Stream.of("self"),
                                arguments.stream().map(a -> a.name() + ": " + type(a)))
                        .collect(Collectors.joining(", "));
        List<String> lines = new ArrayList<>();
        lines.add("def %s(%s) -> %s:".formatted(FORWARD, signature, TENSOR));
        lines.add("  recording = self." + Product.RECORDING);
        lines.add("  number = self." + NUMBER);
        lines.add("  if recording is not None and number is not None:");
        lines.add("    if (recording).saves_boundaries():");
        lines.add("      given = annotate(List[%s], [])".formatted(OPTIONAL_TENSOR));
        arguments.forEach(a -> lines.add("      given.append(" + packed(a) + ")"));
        lines.add("      kept = (recording).open_segment(given)");
        lines.add("      y = " + call(unpacked(arguments, "kept")));
        lines.add("      return (recording).close_segment(number, given, y)");
        lines.add("  return " + call(arguments.stream().map(Variable::name).toList()));
        return lines;
    }

    private static List<String> replay(List<Variable> arguments) {
        return List.of(
                "def %s(self, recording: %s, segment: %s) -> int:"
                        .formatted(REPLAY, TransformProgram.RECORDING, TransformProgram.SEGMENT),
                "  given = (recording).open_replay(segment)",
                "  y = " + call(unpacked(arguments, "given")),
                "  return (recording).close_replay(y)");
    }

    private static String call(List<String> arguments) {
        return "(self).%s(%s)".formatted(LAYER, String.join(", ", arguments));
    }

    private static String packed(Variable argument) {
        return type(argument).equals(INTEGER)
                ? "torch.tensor(%s)".formatted(argument.name())
                : argument.name();
    }

    private static List<String> unpacked(List<Variable> arguments, String list) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            String value = "%s[%d]".formatted(list, i);
            String tensor = "%stensor(%s)".formatted(TransformProgram.RECORDING_PREFIX, value);
            values.add(
                    switch (type(arguments.get(i))) {
                        case OPTIONAL_TENSOR -> value;
                        case INTEGER -> "int(" + tensor + ")";
                        default -> tensor;
                    });
        }
        return values;
    }
}
