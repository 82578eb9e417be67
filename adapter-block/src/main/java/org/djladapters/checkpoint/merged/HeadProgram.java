/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint.merged;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.archive.ArchiveEditor;
import org.djladapters.archive.ClassText;
import org.djladapters.archive.MethodText;
import org.djladapters.archive.TorchArchive;
import org.djladapters.archive.Variable;
import org.djladapters.safetensors.ArrayBytes;

/**
 * Puts an adapter's head into the program of a model that gives features: the model's {@code
 * forward} gets another name, and a new one calls it, pools what it gives, and applies the linear
 * layer, as the head does outside of the program.
 */
final class HeadProgram {

    private static final String FEATURES = "forward_features";

    /**
     * The method of checkpoints' programs that also gives the pooler's output, and its new name.
     */
    private static final String POOLED_FORWARD = "forward_pooled";

    private static final String POOLED_FEATURES = "forward_pooled_features";
    private static final String WEIGHT = "head_weight";
    private static final String BIAS = "head_bias";
    private static final String DENSE_WEIGHT = "head_dense_weight";
    private static final String DENSE_BIAS = "head_dense_bias";
    private static final String HIDDEN = "last_hidden_state";
    private static final String POOLED = "pooler_output";
    private static final String MASK = "attention_mask";

    private final TorchArchive archive;
    private final MethodText forward;

    HeadProgram(TorchArchive archive) {
        this.archive = archive;
        forward = archive.forward();
    }

    /**
     * Changes the program. The scope owns the bytes of the head until the editor has written them.
     */
    void putInto(
            ArchiveEditor editor,
            HeadConfig head,
            Map<String, NDArray> parameters,
            NDManager scope) {
        ClassText root = archive.classOf(archive.module());
        addParameter(editor, root, WEIGHT, parameters.get("head.weight"), scope);
        addParameter(editor, root, BIAS, parameters.get("head.bias"), scope);
        if (head.hidden().isPresent()) {
            addParameter(editor, root, DENSE_WEIGHT, parameters.get("head.dense.weight"), scope);
            addParameter(editor, root, DENSE_BIAS, parameters.get("head.dense.bias"), scope);
        }
        editor.renameMethod(root, "forward", FEATURES);
        if (features(head.pooling()).equals(POOLED_FEATURES)) {
            editor.renameMethod(root, POOLED_FORWARD, POOLED_FEATURES);
        }
        editor.addMethod(root, lines(head).toArray(String[]::new));
    }

    private static void addParameter(
            ArchiveEditor editor, ClassText root, String name, NDArray array, NDManager scope) {
        editor.addParameter(
                root,
                name,
                DataType.FLOAT32,
                array.getShape(),
                ArrayBytes.of(array, DataType.FLOAT32, scope));
    }

    private List<String> lines(HeadConfig head) {
        String arguments = arguments();
        String names =
                forward.arguments().stream().map(Variable::name).collect(Collectors.joining(", "));
        List<String> lines = new ArrayList<>();
        lines.add("def forward(self, " + arguments + ") -> Dict[str, Tensor]:");
        lines.add("  outputs = self." + features(head.pooling()) + "(" + names + ")");
        lines.add("  weight = self." + WEIGHT);
        lines.add("  bias = self." + BIAS);
        // features may be of 16 bits, the head is not
        lines.add("  hidden = " + features(head) + ".to(weight.dtype)");
        lines.add("  pooled = hidden");
        lines.add("  if torch.gt(torch.dim(hidden), 2):");
        pooling(head).forEach(line -> lines.add("    " + line));
        head.hidden()
                .ifPresent(
                        function ->
                                lines.add(
                                        ("  pooled = torch.%s(torch.linear(pooled, self.%s,"
                                                        + " self.%s))")
                                                .formatted(function, DENSE_WEIGHT, DENSE_BIAS)));
        lines.add("  logits = torch.linear(pooled, weight, bias)");
        lines.add(
                head.pooling() == HeadConfig.Pooling.SPAN
                        ? "  return {\"start_logits\": torch.select(logits, -1, 0), \"end_logits\":"
                                + " torch.select(logits, -1, 1)}"
                        : "  return {\"logits\": logits}");
        return lines;
    }

    /** Returns the method that gives what the head takes. */
    private String features(HeadConfig.Pooling pooling) {
        boolean asked =
                pooling == HeadConfig.Pooling.POOLER && !forward.outputNames().contains(POOLED);
        return asked ? POOLED_FEATURES : FEATURES;
    }

    /**
     * Returns the arguments of the model's own method; optional ones at the end may be left out.
     */
    private String arguments() {
        List<String> texts = new ArrayList<>();
        boolean last = true;
        for (int i = forward.arguments().size() - 1; i >= 0; i--) {
            Variable argument = forward.arguments().get(i);
            String type = argument.type().isEmpty() ? "" : ": " + argument.type();
            last &= argument.type().startsWith("Optional[");
            texts.add(0, argument.name() + type + (last ? "=None" : ""));
        }
        return String.join(", ", texts);
    }

    /**
     * Returns the hidden states among what the model gives: those of that name, or else the first.
     */
    private String features(HeadConfig head) {
        if (head.pooling() == HeadConfig.Pooling.POOLER) {
            return "outputs[\"" + POOLED + "\"]"; // the head was made for a model that gives it
        }
        String type = forward.returnType().replace(" ", "");
        if (type.equals("Tensor") || type.isEmpty()) {
            return "outputs";
        }
        if (type.startsWith("Tuple[Tensor") || type.equals("List[Tensor]")) {
            return "outputs[0]";
        }
        if (forward.outputNames().contains(HIDDEN)) {
            return "outputs[\"" + HIDDEN + "\"]";
        }
        throw new IllegalArgumentException(
                ("%s returns no %s that a head in its program could take (it "
                                + "returns %s); export the model for feature extraction")
                        .formatted(archive.path(), HIDDEN, type));
    }

    private List<String> pooling(HeadConfig head) {
        boolean masked = forward.arguments().stream().anyMatch(a -> a.name().equals(MASK));
        return switch (head.pooling()) {
            case CLS, POOLER -> List.of("pooled = torch.select(hidden, 1, 0)");
            case NONE, SPAN -> List.of("pooled = hidden");
            case MEAN -> mean("hidden", MASK, masked);
            case CLS_MEAN -> {
                String rest = "torch.slice(%s, 1, 1, 9223372036854775807)";
                List<String> lines = new ArrayList<>();
                lines.add("others = " + rest.formatted("hidden"));
                lines.addAll(mean("others", rest.formatted(MASK), masked));
                lines.add("pooled = torch.cat([torch.select(hidden, 1, 0), pooled], 1)");
                yield lines;
            }
        };
    }

    private static List<String> mean(String hidden, String mask, boolean masked) {
        return masked
                ? List.of(
                        "marked = torch.unsqueeze(" + mask + ".to(hidden.dtype), -1)",
                        "total = torch.sum(torch.mul(" + hidden + ", marked), [1])",
                        "pooled = torch.div(total, torch.sum(marked, [1]))")
                : List.of("pooled = torch.mean(" + hidden + ", [1])");
    }
}
