/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.djladapters.adapter.compound.CompoundBasis;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.adapter.compound.CompoundMethod;
import org.djladapters.adapter.compound.RotatedSide;
import org.djladapters.adapter.format.AdapterFormat;
import org.djladapters.adapter.format.ConfigFields;
import org.djladapters.adapter.format.SkewMatrices;
import org.djladapters.io.MalformedFileException;
import org.djladapters.kernel.PyTorch;
import org.djladapters.rotation.CompoundLayout;
import org.djladapters.rotation.EntryRule;
import org.djladapters.rotation.programs.OrthogonalKernel;
import org.djladapters.safetensors.SafetensorsFile;

/**
 * The rotations Q that a compound adapter's directory holds for one module, in double precision. No
 * model is needed to read them.
 */
public final class StoredRotations {

    private static final Pattern TENSOR =
            Pattern.compile("base_model\\.model\\.(.+)\\.compound(?:\\.\\w+)?");

    private final CompoundConfig config;
    private final String module;
    private final int links;
    private final int blocks;
    private final int size;
    private final double[] values;

    private StoredRotations(CompoundConfig config, String module, Shape shape, double[] values) {
        this.config = config;
        this.module = module;
        links = Math.toIntExact(shape.get(0));
        blocks = Math.toIntExact(shape.get(1));
        size = Math.toIntExact(shape.get(2));
        this.values = values;
    }

    /**
     * Reads the rotations of all modules.
     *
     * @param directory an adapter directory
     * @return the rotations by module path
     * @throws MalformedFileException if it does not hold a compound adapter
     * @throws IOException if a file is missing or can't be read
     * @throws IllegalArgumentException if the adapter's matrices are not rotations of outputs, or
     *     its entry rule is not that of compound matrices
     */
    public static Map<String, StoredRotations> read(Path directory) throws IOException {
        Path configFile = AdapterFiles.require(directory, AdapterFiles.CONFIG);
        Path tensors = AdapterFiles.require(directory, AdapterFiles.TENSORS);
        CompoundConfig config = config(configFile);
        requireRotations(config, configFile);
        Map<String, StoredRotations> modules = new TreeMap<>();
        try (SafetensorsFile file = SafetensorsFile.open(tensors);
                NDManager scope = PyTorch.newManager()) {
            for (String name : file.tensors().keySet()) {
                Matcher module = TENSOR.matcher(name);
                if (module.matches()) {
                    NDArray stored = file.read(scope, name);
                    String path = module.group(1);
                    modules.put(path, rotations(config, path, stored, tensors, name, scope));
                    stored.close();
                }
            }
        }
        if (modules.isEmpty()) {
            throw new MalformedFileException(
                    tensors, "has no tensor of a compound adapter; save the adapter again");
        }
        return modules;
    }

    private static CompoundConfig config(Path file) throws IOException {
        ConfigFields fields = ConfigFields.read(file);
        AdapterFormat format = CompoundMethod.DESCRIPTOR.format();
        if (!format.peftType().equals(fields.string("peft_type", null))) {
            throw fields.invalid(
                    "is not that of a compound adapter; only compound adapters can be written"
                            + " as circuits");
        }
        CompoundConfig config =
                (CompoundConfig) format.read(fields, fields.strings("modules_to_save"));
        fields.refuseOthers();
        return config;
    }

    private static void requireRotations(CompoundConfig config, Path file) {
        refuse(
                config.basis() != CompoundBasis.STANDARD,
                ("The rotations of %s act on singular vectors of the weights, so no circuit of a"
                                + " layer's outputs computes them; train in the standard basis")
                        .formatted(file));
        refuse(
                !config.map().isOrthogonal(),
                ("The matrices of %s are not rotations, since their map is '%s'; train with one"
                                + " that makes rotations, such as cayley")
                        .formatted(file, config.map()));
        refuse(
                config.gains(),
                ("The matrices of %s are not rotations, since they have gains, which a circuit"
                                + " can't make; train without gains")
                        .formatted(file));
        refuse(
                config.side() != RotatedSide.OUTPUT,
                ("The adapter of %s rotates the inputs of layers (side %s), but circuits are"
                                + " written of rotations of outputs; train with the side output")
                        .formatted(file, config.side()));
        boolean minors =
                Stream.concat(
                                config.orders().stream(),
                                config.ordersPatterns().values().values().stream()
                                        .flatMap(List::stream))
                        .anyMatch(order -> order > 1);
        refuse(
                minors && config.rule() != EntryRule.DETERMINANT,
                ("The entries of the matrices of %s are made by the rule '%s', but a compound"
                                + " matrix has determinants; train with the rule comp")
                        .formatted(file, config.rule()));
    }

    private static void refuse(boolean wrong, String message) {
        if (wrong) {
            throw new IllegalArgumentException(message);
        }
    }

    private static StoredRotations rotations(
            CompoundConfig config,
            String module,
            NDArray stored,
            Path file,
            String name,
            NDManager scope)
            throws IOException {
        Shape shape = stored.getShape();
        boolean full = shape.dimension() == 4 && shape.get(2) == shape.get(3);
        int size = full ? (int) shape.get(2) : shape.dimension() == 3 ? size(shape.get(2)) : 0;
        if (size < 1 || shape.get(0) != config.chain() || shape.get(1) < 1) {
            throw new MalformedFileException(
                    file,
                    ("has the tensor %s of shape %s, which holds no triangles of %d links; save"
                                    + " the adapter again")
                            .formatted(MalformedFileException.quote(name), shape, config.chain()));
        }
        TensorChecks.requireFinite(file, name, stored, scope);
        double[] values;
        try (NDManager own = scope.newSubManager()) {
            NDArray doubles = stored.toType(DataType.FLOAT64, true);
            doubles.attach(own);
            NDArray triangles = full ? SkewMatrices.packed(doubles) : doubles;
            values =
                    OrthogonalKernel.matrices(
                                    List.of(triangles), size, config.map(), config.terms(), own)
                            .get(0)
                            .toDoubleArray();
        }
        Shape matrices = new Shape(shape.get(0), shape.get(1), size, size);
        return new StoredRotations(config, module, matrices, values);
    }

    /** Returns the n of a triangle of n(n-1)/2 parameters, 0 if there is none. */
    private static int size(long triangle) {
        int n = (int) Math.round((1 + Math.sqrt(1 + 8.0 * triangle)) / 2);
        return (long) n * (n - 1) / 2 == triangle ? n : 0;
    }

    /** Returns the options of the adapter. */
    public CompoundConfig config() {
        return config;
    }

    /** Returns the orders of the module, in their sequence within a block. */
    public List<Integer> orders() {
        return config.orders(module);
    }

    /**
     * Returns the division of the module's outputs into blocks.
     *
     * @param features the number of outputs
     * @throws IllegalArgumentException if blocks and orders do not fit
     */
    public CompoundLayout layout(int features) {
        return config.form(module, features).layout();
    }

    /** Returns the number of rotations that follow one another, 1 as a rule. */
    public int links() {
        return links;
    }

    /** Returns the number of blocks that have a rotation of their own, 1 if all share one. */
    public int blocks() {
        return blocks;
    }

    /** Returns the size n of the rotations. */
    public int size() {
        return size;
    }

    /**
     * Returns a rotation.
     *
     * @param link its place in the chain, from 0
     * @param block the block, from 0
     * @return Q, row by row
     * @throws IllegalArgumentException if there is none at this place
     */
    public double[][] matrix(int link, int block) {
        if (link < 0 || link >= links || block < 0 || block >= blocks) {
            throw new IllegalArgumentException(
                    ("There is no rotation of link %d and block %d; there are %d links and %d"
                                    + " blocks, counted from 0")
                            .formatted(link, block, links, blocks));
        }
        List<double[]> rows = new ArrayList<>(size);
        int from = (link * blocks + block) * size * size;
        for (int i = 0; i < size; i++, from += size) {
            rows.add(Arrays.copyOfRange(values, from, from + size));
        }
        return rows.toArray(new double[0][]);
    }
}
