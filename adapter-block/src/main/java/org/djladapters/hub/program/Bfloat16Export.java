/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.program;

import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.djladapters.archive.ArchiveEditor;
import org.djladapters.archive.Call;
import org.djladapters.archive.ClassText;
import org.djladapters.archive.MethodText;
import org.djladapters.archive.ModuleNode;
import org.djladapters.archive.Statement;
import org.djladapters.archive.TensorAttribute;
import org.djladapters.archive.TorchArchive;
import org.djladapters.archive.Variable;
import org.djladapters.kernel.NativeKernel;
import org.djladapters.matmul.MergedProgram;
import org.djladapters.matmul.Precision;

/**
 * An archive of float32 as one that computes in bfloat16: with weights and features in bfloat16,
 * and inputs and outputs in float32 as before.
 *
 * <p>The programs of checkpoints compute in the type of their weights. Those that a tracer wrote
 * name the type in casts and masks; they are changed statement by statement, if all statements are
 * known to be right in 16 bits.
 */
final class Bfloat16Export {

    /** How a program calls the functions, before their names. */
    static final String FUNCTIONS = "__torch__.djladapters.bfloat16.";

    private static final String CODE = "code/__torch__/djladapters/%s.py";
    private static final String INT8 = "ops.quantized.";
    private static final String ATTENTION = "attention";
    private static final String OUTPUTS = "djladapters_outputs";

    /** The methods of a root that are given inputs from outside. */
    private static final List<String> ENTRIES = List.of("forward", "forward_pooled");

    private static final Pattern RETURNED =
            Pattern.compile("Tensor|Dict\\[str,Tensor]|Tuple\\[Tensor(,Tensor)*,?]");

    private final TorchArchive archive;

    /** Whether the program is that of a checkpoint. */
    private final boolean own;

    private final Map<ClassText, Map<Statement, String>> changed = new LinkedHashMap<>();
    private Optional<String> refusal = Optional.empty();

    Bfloat16Export(TorchArchive archive) {
        this.archive = archive;
        readWeights();
        own = archive.module().className().equals("__torch__." + FilledProgram.ROOT);
        Set<String> counts = counts();
        for (ClassText type : archive.classes().values()) {
            Map<Statement, String> texts = new LinkedHashMap<>();
            for (MethodText method : type.methods()) {
                if (own) {
                    refuseInt8(method);
                    texts.putAll(withoutFunctions(method));
                } else {
                    NarrowedMethod narrowed = new NarrowedMethod(method, counts::contains);
                    narrowed.refused().ifPresent(statement -> refuse(type, statement));
                    texts.putAll(narrowed.changed());
                }
            }
            changed.put(type, texts);
        }
    }

    /** Returns the reason why the archive can't compute in bfloat16, to end a sentence. */
    Optional<String> refusal() {
        return refusal;
    }

    private void refuse(String reason) {
        refusal = refusal.or(() -> Optional.of(reason));
    }

    private void refuse(ClassText type, Statement statement) {
        refuse(
                "the statement '%s' of %s is not known to be right in 16 bits"
                        .formatted(statement.text().replaceAll("\\s+", " "), type.simpleName()));
    }

    private void refuseInt8(MethodText method) {
        if (method.statements().stream().anyMatch(s -> s.text().contains(INT8))) {
            refuse("its layers multiply in int8");
        }
    }

    private void readWeights() {
        for (ModuleNode node : archive.module().stream().toList()) {
            for (TensorAttribute tensor : node.tensors()) {
                DataType type = tensor.tensor().dataType();
                if (type.isFloating() && type != DataType.FLOAT32) {
                    refuse("it has weights in " + Precision.nameOf(type));
                }
            }
        }
        if (archive.hasConstantArrays()) {
            refuse("its program has arrays as constants");
        }
        archive.classOf(archive.module()).method(ENTRIES.get(0)).ifPresent(this::readEnds);
    }

    private void readEnds(MethodText forward) {
        for (Variable argument : forward.arguments()) {
            if (converter(argument).isEmpty()) {
                refuse("its input %s is a %s".formatted(argument.name(), argument.type()));
            }
        }
        if (!RETURNED.matcher(returns(forward)).matches()) {
            refuse("it returns a " + forward.returnType());
        }
    }

    /** Returns the names of attributes that hold integers in all modules that have them. */
    private Set<String> counts() {
        Set<String> counts = new HashSet<>();
        Set<String> others = new HashSet<>();
        for (ModuleNode node : archive.module().stream().toList()) {
            for (TensorAttribute tensor : node.tensors()) {
                (tensor.tensor().dataType().isFloating() ? others : counts).add(tensor.name());
            }
        }
        counts.removeAll(others);
        return counts;
    }

    /** Takes out calls of functions that are fast in float32. */
    private static Map<Statement, String> withoutFunctions(MethodText method) {
        Map<Statement, String> texts = new LinkedHashMap<>();
        for (Statement statement : method.statements()) {
            Call.parse(statement.expression())
                    .ifPresent(
                            call -> {
                                Call original = MergedProgram.original(call);
                                if (!original.equals(call)) {
                                    texts.put(statement, statement.with(original.text()));
                                }
                            });
        }
        return texts;
    }

    /** Writes the archive that computes in bfloat16. */
    void write(Path file) throws IOException {
        ArchiveEditor editor = archive.edit().roundToBfloat16();
        ClassText root = archive.classOf(archive.module());
        Map<Statement, List<String>> lines = new LinkedHashMap<>();
        for (String entry : ENTRIES) {
            root.method(entry).ifPresent(method -> lines.putAll(ends(root, method)));
        }
        changed.forEach(
                (type, texts) ->
                        texts.forEach(
                                (statement, text) -> {
                                    if (!type.equals(root) || !lines.containsKey(statement)) {
                                        editor.replaceStatement(type, statement, text);
                                    }
                                }));
        lines.forEach(
                (statement, text) ->
                        editor.replaceStatement(root, statement, text.toArray(String[]::new)));
        String functions = NativeKernel.source(Bfloat16Export.class, "bfloat16.py");
        editor.addCode(CODE.formatted("bfloat16"), functions);
        if (!own) {
            editor.addCode(CODE.formatted(ATTENTION), attention());
        }
        editor.write(file);
    }

    /** Returns the functions for attention of the programs of checkpoints, by another name. */
    private static String attention() {
        return ProgramTemplate.fill("shared/" + ATTENTION, Map.of())
                .replace("__torch__.attention.", "__torch__.djladapters.attention.");
    }

    /** Returns the statements at the ends of a method of the root, with the casts. */
    private Map<Statement, List<String>> ends(ClassText root, MethodText method) {
        Map<Statement, List<String>> lines = new LinkedHashMap<>();
        List<String> before = new ArrayList<>();
        for (Variable argument : method.arguments()) {
            before.add(
                    "%s = %s%s(%s)"
                            .formatted(
                                    argument.name(),
                                    FUNCTIONS,
                                    converter(argument).orElseThrow(),
                                    argument.name()));
        }
        for (Statement statement : method.statements()) {
            String text = changed.get(root).getOrDefault(statement, statement.text());
            if (statement.kind() == Statement.Kind.RETURN) {
                before.addAll(returned(method, text.replaceFirst("^return\\s*", "")));
                lines.put(statement, List.copyOf(before));
            } else if (!before.isEmpty()) {
                before.add(text);
                lines.put(statement, List.copyOf(before));
            }
            before.clear();
        }
        return lines;
    }

    private static Optional<String> converter(Variable argument) {
        return switch (argument.type().replace(" ", "")) {
            case "", "Tensor" -> Optional.of("input");
            case "Optional[Tensor]" -> Optional.of("optional");
            default -> Optional.empty();
        };
    }

    private static String returns(MethodText method) {
        return method.returnType().isEmpty() ? "Tensor" : method.returnType().replace(" ", "");
    }

    private static List<String> returned(MethodText method, String expression) {
        String type = returns(method);
        if (!type.startsWith("Tuple")) {
            String function = type.equals("Tensor") ? "output" : "outputs";
            return List.of("return %s%s(%s)".formatted(FUNCTIONS, function, expression));
        }
        List<String> parts =
                IntStream.range(0, type.split(",").length)
                        .mapToObj(i -> "%soutput(%s[%d])".formatted(FUNCTIONS, OUTPUTS, i))
                        .toList();
        return List.of(OUTPUTS + " = " + expression, "return (" + String.join(", ", parts) + ",)");
    }
}
