/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint.quantized;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.djladapters.adapter.WeightSpec.Kind;
import org.djladapters.archive.ArchiveEditor;
import org.djladapters.archive.ArchiveEditor.NewTensor;
import org.djladapters.archive.ClassText;
import org.djladapters.archive.ModuleNode;
import org.djladapters.archive.PackedWeights;
import org.djladapters.archive.Statement;
import org.djladapters.archive.TensorAttribute;
import org.djladapters.archive.TensorRecord;
import org.djladapters.archive.TorchArchive;
import org.djladapters.io.MalformedFileException;
import org.djladapters.kernel.NativeKernel;
import org.djladapters.surgery.WeightProducts;
import org.djladapters.surgery.WeightProducts.Operands;

/**
 * Brings a TorchScript archive to int8: linear layers call {@code quantized::linear_dynamic} with
 * weights that the engine packs for its processor when it loads the archive, and embeddings look up
 * rows in int8. All else stays as it is.
 *
 * <p>Packed weights are an attribute of each layer, as PyTorch itself saves them. So nothing is
 * left to do in the first call, where several threads would meet, and the program brings no code
 * that runs while it is loaded.
 */
public final class QuantizedArchive {

    private static final String PREFIX = "__torch__.djladapters.int8.";
    private static final String ENTRY = "code/__torch__/djladapters/int8.py";

    private static final String WEIGHTS = "int8_weights";
    private static final String ROWS = "int8_rows";
    private static final String SCALES = "int8_scales";

    private static final String OWN = "self.";
    private static final String NONE = "None";

    private final TorchArchive archive;
    private final ArchiveEditor editor;

    /** The modules by their classes, each object once. */
    private final Map<ClassText, Map<Integer, ModuleNode>> modules = new LinkedHashMap<>();

    /** The objects that have a tensor as an attribute. */
    private final Map<TensorRecord, List<ModuleNode>> holders = new HashMap<>();

    /** The products of classes that are brought to int8. */
    private final Map<ClassText, WeightProducts> products = new LinkedHashMap<>();

    private QuantizedArchive(Path path) throws IOException {
        archive = TorchArchive.open(path);
        editor = archive.edit();
        archive.module().stream()
                .forEach(
                        node ->
                                modules.computeIfAbsent(
                                                archive.classOf(node), key -> new LinkedHashMap<>())
                                        .putIfAbsent(node.objectId(), node));
        modules.values().stream()
                .flatMap(nodes -> nodes.values().stream())
                .forEach(
                        node ->
                                node.tensors()
                                        .forEach(
                                                tensor ->
                                                        holders.computeIfAbsent(
                                                                        tensor.tensor(),
                                                                        key -> new ArrayList<>())
                                                                .add(node)));
    }

    /**
     * Replaces an archive by one in int8.
     *
     * @throws MalformedFileException if no linear layer in it can be brought to int8, or its
     *     program uses weights in a way that can't be followed
     */
    public static void quantize(Path path) throws IOException {
        QuantizedArchive archive = new QuantizedArchive(path);
        archive.quantize();
        archive.editor.write(path);
    }

    private void quantize() throws IOException {
        for (ClassText type : modules.keySet()) {
            boolean tied = nodes(type).stream().anyMatch(this::isTied);
            WeightProducts.of(type, tied)
                    .filter(product -> canReplace(type, product))
                    .ifPresent(product -> products.put(type, product));
        }
        leaveWhatOthersRead();
        leaveTiesTogether();
        if (products.values().stream().allMatch(product -> product.kind() == Kind.EMBEDDING)) {
            throw new MalformedFileException(
                    archive.path(),
                    "has no linear layer with a float32 weight of its own, so int8 would change"
                            + " nothing that counts; leave --quantize out");
        }
        boolean embeds = false;
        for (Map.Entry<ClassText, WeightProducts> entry : products.entrySet()) {
            if (entry.getValue().kind() == Kind.EMBEDDING) {
                replaceEmbedding(entry.getKey(), entry.getValue());
                embeds = true;
            } else {
                replaceLayer(entry.getKey(), entry.getValue());
            }
            for (ModuleNode node : nodes(entry.getKey())) {
                editor.dropTensor(node.path(), entry.getValue().weight());
            }
        }
        if (embeds) {
            editor.addCode(ENTRY, NativeKernel.source(QuantizedArchive.class, "int8.py"));
        }
    }

    private Collection<ModuleNode> nodes(ClassText type) {
        return modules.get(type).values();
    }

    private boolean isTied(ModuleNode node) {
        return node.tensors().stream()
                .anyMatch(t -> t.isParameter() && holders.get(t.tensor()).size() > 1);
    }

    private boolean canReplace(ClassText type, WeightProducts product) {
        return product.kind() != Kind.CONV2D
                && nodes(type).stream()
                        .allMatch(
                                node ->
                                        node.tensor(product.weight())
                                                .map(TensorAttribute::tensor)
                                                .filter(QuantizedArchive::isFloatMatrix)
                                                .isPresent());
    }

    private static boolean isFloatMatrix(TensorRecord tensor) {
        return tensor.dataType() == DataType.FLOAT32
                && tensor.shape().dimension() == 2
                && tensor.shape().size() > 0;
    }

    /** Leaves a weight as it is if another module has it that is left as it is. */
    private void leaveTiesTogether() {
        boolean changed = true;
        while (changed) {
            changed =
                    products.keySet()
                            .removeIf(
                                    type ->
                                            nodes(type).stream()
                                                    .flatMap(n -> weight(n).stream())
                                                    .flatMap(w -> holders.get(w).stream())
                                                    .anyMatch(n -> weight(n).isEmpty()));
        }
    }

    private Optional<TensorRecord> weight(ModuleNode node) {
        return Optional.ofNullable(products.get(archive.classOf(node)))
                .flatMap(product -> node.tensor(product.weight()))
                .map(TensorAttribute::tensor);
    }

    /**
     * Leaves the weights as they are that other modules read, unless they share them: traced
     * programs hand a shared weight to all of its modules, which then have their own.
     */
    private void leaveWhatOthersRead() throws MalformedFileException {
        Set<String> names =
                products.values().stream().map(WeightProducts::weight).collect(Collectors.toSet());
        Set<ModuleNode> read = new HashSet<>();
        for (ClassText type : modules.keySet()) {
            for (String child : WeightReads.of(type, names, archive.path())) {
                for (ModuleNode node : nodes(type)) {
                    String path = node.path().isEmpty() ? child : node.path() + '.' + child;
                    archive.module(path).filter(found -> !isTied(found)).ifPresent(read::add);
                }
            }
        }
        products.keySet().removeIf(type -> nodes(type).stream().anyMatch(read::contains));
    }

    private void replaceLayer(ClassText type, WeightProducts product) throws IOException {
        Optional<String> bias = bias(type, product);
        Map<Integer, PackedWeights> weights = new HashMap<>();
        for (ModuleNode node : nodes(type)) {
            weights.put(node.objectId(), packed(node, product, bias));
        }
        editor.addPackedWeights(type, WEIGHTS, weights);
        product.statements()
                .forEach(
                        (statement, operands) -> {
                            String y =
                                    "ops.quantized.linear_dynamic(%s, self.%s, False)"
                                            .formatted(operands.input(), WEIGHTS);
                            boolean outside = bias.isEmpty() && !operands.bias().equals(NONE);
                            replace(
                                    type,
                                    statement,
                                    outside
                                            ? "torch.add(%s, %s)".formatted(y, operands.bias())
                                            : y);
                        });
    }

    private void replace(ClassText type, Statement statement, String expression) {
        editor.replaceStatement(type, statement, statement.with(expression));
    }

    /** Returns the attribute that all products add, if it can be packed with the weight. */
    private Optional<String> bias(ClassText type, WeightProducts product) {
        List<String> added =
                product.statements().values().stream().map(Operands::bias).distinct().toList();
        if (added.size() != 1 || !added.get(0).startsWith(OWN)) {
            return Optional.empty();
        }
        String name = added.get(0).substring(OWN.length());
        boolean all = nodes(type).stream().allMatch(node -> hasBias(node, name));
        return all ? Optional.of(name) : Optional.empty();
    }

    private static boolean hasBias(ModuleNode node, String name) {
        return node.tensor(name)
                .map(TensorAttribute::tensor)
                .filter(t -> t.dataType() == DataType.FLOAT32 && t.shape().dimension() == 1)
                .isPresent();
    }

    private PackedWeights packed(ModuleNode node, WeightProducts product, Optional<String> bias)
            throws IOException {
        TensorRecord weight = node.tensor(product.weight()).orElseThrow().tensor();
        int first = Math.toIntExact(weight.shape().get(0));
        int second = Math.toIntExact(weight.shape().get(1));
        FloatBuffer data = floats(weight);
        Int8Matrix matrix =
                product.kind() == Kind.CONV1D
                        ? Int8Matrix.ofColumns(data, second, first, Int8Matrix.LAYER)
                        : Int8Matrix.ofRows(data, first, second, Int8Matrix.LAYER);
        ByteBuffer scales = buffer(matrix.rows() * Double.BYTES);
        for (int row = 0; row < matrix.rows(); row++) {
            scales.putDouble(row * Double.BYTES, matrix.scales()[row]);
        }
        Optional<ByteBuffer> added = Optional.empty();
        if (bias.isPresent()) {
            added = Optional.of(archive.read(node.tensor(bias.get()).orElseThrow().tensor()));
        }
        return new PackedWeights(
                matrix.rows(), matrix.columns(), ByteBuffer.wrap(matrix.values()), scales, added);
    }

    private void replaceEmbedding(ClassText type, WeightProducts product) throws IOException {
        Map<Integer, NewTensor> rows = new HashMap<>();
        Map<Integer, NewTensor> scales = new HashMap<>();
        for (ModuleNode node : nodes(type)) {
            TensorRecord weight = node.tensor(product.weight()).orElseThrow().tensor();
            Int8Matrix matrix =
                    Int8Matrix.ofRows(
                            floats(weight),
                            Math.toIntExact(weight.shape().get(0)),
                            Math.toIntExact(weight.shape().get(1)),
                            Int8Matrix.EMBEDDING);
            rows.put(
                    node.objectId(),
                    new NewTensor(DataType.INT8, weight.shape(), ByteBuffer.wrap(matrix.values())));
            ByteBuffer own = buffer(matrix.rows() * Float.BYTES);
            own.asFloatBuffer().put(matrix.scales());
            scales.put(
                    node.objectId(),
                    new NewTensor(DataType.FLOAT32, new Shape(matrix.rows(), 1), own));
        }
        editor.addTensors(type, ROWS, rows);
        editor.addTensors(type, SCALES, scales);
        product.statements()
                .forEach(
                        (statement, operands) ->
                                replace(
                                        type,
                                        statement,
                                        "%sembedding(self.%s, self.%s, %s)"
                                                .formatted(
                                                        PREFIX, ROWS, SCALES, operands.input())));
    }

    private FloatBuffer floats(TensorRecord tensor) throws IOException {
        return archive.read(tensor).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
