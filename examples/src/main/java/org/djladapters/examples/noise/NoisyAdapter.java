/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.noise;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.djladapters.checkpoint.StoredRotations;
import org.djladapters.circuit.GivensNetwork;
import org.djladapters.circuit.NetworkLayout;
import org.djladapters.circuit.NoiseModel;
import org.djladapters.io.JsonFiles;
import org.djladapters.kernel.PyTorch;
import org.djladapters.rotation.CompoundLayout;
import org.djladapters.safetensors.SafetensorsFile;

/**
 * Writes copies of a compound adapter with the rotations of a quantum computer that makes errors:
 * adapters of free matrices, one for every block, of order 1 and of the block's size.
 */
final class NoisyAdapter {

    private static final String CONFIG = "adapter_config.json";
    private static final String TENSORS = "adapter_model.safetensors";

    private final Path adapter;
    private final Map<String, Module> modules = new LinkedHashMap<>();

    /** A module's division into blocks, and the circuits that rotate its outputs. */
    private record Module(CompoundLayout layout, List<GivensNetwork> networks) {}

    /**
     * Reads an adapter.
     *
     * @param features the number of outputs of every module that it may adapt
     * @param arrangement the arrangement of the gates
     * @throws IllegalArgumentException if it has chains of rotations, or adapts other modules
     */
    NoisyAdapter(Path adapter, Map<String, Integer> features, NetworkLayout arrangement)
            throws IOException {
        this.adapter = adapter;
        for (Map.Entry<String, StoredRotations> entry : StoredRotations.read(adapter).entrySet()) {
            StoredRotations rotations = entry.getValue();
            if (rotations.links() > 1) {
                throw new IllegalArgumentException(
                        ("The adapter in %s has chains of %d rotations; noise can be simulated"
                                        + " for one only")
                                .formatted(adapter, rotations.links()));
            }
            Integer outputs = features.get(entry.getKey());
            if (outputs == null) {
                throw new IllegalArgumentException(
                        "The adapter in %s adapts %s, which the model does not have"
                                .formatted(adapter, entry.getKey()));
            }
            modules.put(entry.getKey(), module(rotations, outputs, arrangement));
        }
    }

    private static Module module(
            StoredRotations rotations, int features, NetworkLayout arrangement) {
        CompoundLayout layout = rotations.layout(features);
        List<GivensNetwork> networks = new ArrayList<>();
        for (int block = 0; block < layout.blocks(); block++) {
            double[][] q = rotations.matrix(0, rotations.blocks() == 1 ? 0 : block);
            networks.add(GivensNetwork.of(q, arrangement).inverse());
        }
        return new Module(layout, networks);
    }

    /** Writes a copy with random errors to a folder, which must exist. */
    void write(Path folder, NoiseModel noise, Random random) throws IOException {
        try (Stream<Path> files = Files.list(adapter)) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName().toString()));
            }
        }
        Files.writeString(folder.resolve(CONFIG), config());
        Map<String, NDArray> tensors = new LinkedHashMap<>();
        try (SafetensorsFile file = SafetensorsFile.open(adapter.resolve(TENSORS));
                NDManager scope = PyTorch.newManager()) {
            for (String name : file.tensors().keySet()) {
                tensors.put(name, file.read(scope, name));
            }
            for (Map.Entry<String, Module> module : modules.entrySet()) {
                tensors.put(
                        "base_model.model." + module.getKey() + ".compound",
                        matrices(module.getValue(), noise, random, scope));
            }
            SafetensorsFile.write(folder.resolve(TENSORS), tensors, Map.of("format", "pt"));
        }
    }

    private String config() throws IOException {
        JsonObject config = JsonFiles.read(adapter.resolve(CONFIG)).getAsJsonObject();
        JsonArray orders = new JsonArray();
        orders.add("comp_1");
        config.add("compound_pattern", orders);
        config.addProperty("use_orthogonal", false);
        config.addProperty("block_share", false);
        config.remove("map");
        config.remove("orders_pattern");
        return config.toString();
    }

    private static NDArray matrices(
            Module module, NoiseModel noise, Random random, NDManager scope) {
        CompoundLayout layout = module.layout();
        int b = layout.blockSize();
        float[] values = new float[layout.blocks() * b * b];
        for (int block = 0; block < layout.blocks(); block++) {
            float[][] rows = new float[b][b];
            for (int i = 0; i < b; i++) {
                rows[i][i] = 1;
            }
            int at = 0;
            for (int order : layout.orders()) {
                double[][] part = noise.sample(module.networks().get(block), order, random);
                for (int i = 0; i < part.length; i++) {
                    for (int j = 0; j < part.length; j++) {
                        // rows are multiplied by the matrix, states are columns
                        rows[at + j][at + i] = (float) part[i][j];
                    }
                }
                at += part.length;
            }
            for (int i = 0; i < b; i++) {
                System.arraycopy(rows[i], 0, values, (block * b + i) * b, b);
            }
        }
        return scope.create(values, new Shape(1, layout.blocks(), b, b));
    }
}
