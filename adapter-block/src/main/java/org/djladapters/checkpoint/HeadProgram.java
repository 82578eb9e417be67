/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.djladapters.archive.ArchiveEditor;
import org.djladapters.archive.ClassText;
import org.djladapters.archive.MethodText;
import org.djladapters.archive.TorchArchive;
import org.djladapters.archive.Variable;
import org.djladapters.surgery.Adapter;
import org.djladapters.surgery.HeadConfig;

/**
 * Puts an adapter's head into the program of a model that gives features: the model's {@code
 * forward} gets another name, and a new one calls it, pools what it gives, and applies the linear
 * layer, as the head does outside of the program.
 */
final class HeadProgram {

    private static final String FEATURES = "forward_features";
    private static final String WEIGHT = "head_weight";
    private static final String BIAS = "head_bias";
    private static final String HIDDEN = "last_hidden_state";
    private static final String MASK = "attention_mask";

    private final TorchArchive archive;
    private final MethodText forward;

    HeadProgram(TorchArchive archive) {
        this.archive = archive;
        forward = archive.forward();
    }

    /**
     * Changes the program.
     *
     * @param editor the archive's editor
     * @param adapter an adapter with a head
     * @param scope owns the bytes of the head until the editor has written them
     * @throws IllegalArgumentException if the model gives no features
     */
    void putInto(ArchiveEditor editor, Adapter adapter, NDManager scope) {
        ClassText root = archive.classOf(archive.module());
        Map<String, Parameter> parameters = adapter.parameters();
        addParameter(editor, root, WEIGHT, parameters.get("head.weight"), scope);
        addParameter(editor, root, BIAS, parameters.get("head.bias"), scope);
        editor.renameMethod(root, "forward", FEATURES);
        editor.addMethod(root, lines(adapter.headConfig().orElseThrow()).toArray(String[]::new));
    }

    private static void addParameter(
            ArchiveEditor editor,
            ClassText root,
            String name,
            Parameter parameter,
            NDManager scope) {
        editor.addParameter(
                root,
                name,
                DataType.FLOAT32,
                parameter.getArray().getShape(),
                ArrayBytes.of(parameter.getArray(), DataType.FLOAT32, scope));
    }

    private List<String> lines(HeadConfig head) {
        String arguments =
                forward.arguments().stream()
                        .map(a -> a.name() + (a.type().isEmpty() ? "" : ": " + a.type()))
                        .collect(Collectors.joining(", "));
        String names =
                forward.arguments().stream().map(Variable::name).collect(Collectors.joining(", "));
        List<String> lines = new ArrayList<>();
        lines.add("def forward(self, " + arguments + ") -> Dict[str, Tensor]:");
        lines.add("  outputs = self." + FEATURES + "(" + names + ")");
        lines.add("  weight = self." + WEIGHT);
        lines.add("  bias = self." + BIAS);
        // features may be of 16 bits, the head is not
        lines.add("  hidden = " + hidden() + ".to(weight.dtype)");
        lines.add("  pooled = hidden");
        lines.add("  if torch.gt(torch.dim(hidden), 2):");
        pooling(head).forEach(line -> lines.add("    " + line));
        lines.add("  return {\"logits\": torch.linear(pooled, weight, bias)}");
        return lines;
    }

    /** The hidden states among what the model gives: those of that name, or else the first. */
    private String hidden() {
        String type = forward.returnType().replace(" ", "");
        if (type.equals("Tensor") || type.isEmpty()) {
            return "outputs";
        }
        if (type.startsWith("Tuple[Tensor") || type.equals("List[Tensor]")) {
            return "outputs[0]";
        }
        boolean named =
                forward.statements().stream()
                        .anyMatch(statement -> statement.text().contains('"' + HIDDEN + '"'));
        if (type.equals("Dict[str,Tensor]") && named) {
            return "outputs[\"" + HIDDEN + "\"]";
        }
        throw new IllegalArgumentException(
                archive.path()
                        + " gives no "
                        + HIDDEN
                        + " that a head in its program could take (it returns "
                        + type
                        + "); export the model for feature extraction.");
    }

    private List<String> pooling(HeadConfig head) {
        boolean masked = forward.arguments().stream().anyMatch(a -> a.name().equals(MASK));
        return switch (head.pooling()) {
            case CLS -> List.of("pooled = torch.select(hidden, 1, 0)");
            case MEAN ->
                    masked
                            ? List.of(
                                    "marked = torch.unsqueeze(" + MASK + ".to(hidden.dtype), -1)",
                                    "total = torch.sum(torch.mul(hidden, marked), [1])",
                                    "pooled = torch.div(total, torch.sum(marked, [1]))")
                            : List.of("pooled = torch.mean(hidden, [1])");
        };
    }
}
