/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint.merged;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.archive.ArchiveEditor;
import org.djladapters.archive.ModuleNode;
import org.djladapters.archive.TensorAttribute;
import org.djladapters.archive.TensorData;
import org.djladapters.archive.TensorRecord;
import org.djladapters.archive.TorchArchive;
import org.djladapters.kernel.PyTorch;
import org.djladapters.matmul.Matmul;
import org.djladapters.model.AdaptedModel;
import org.djladapters.safetensors.ArrayBytes;

/** The weights in a TorchScript archive that is edited, by the names of the model's parameters. */
final class ArchiveWeights {

    private final TorchArchive archive;
    private final ArchiveEditor editor;

    /** The modules by the names of their tensors. */
    private final Map<String, ModuleNode> owners;

    ArchiveWeights(TorchArchive archive, ArchiveEditor editor) {
        this.archive = archive;
        this.editor = editor;
        owners = owners(archive);
    }

    /** Returns the tensors of an archive that are these parameters, in their order. */
    static Map<String, TensorRecord> tensors(TorchArchive archive, Set<String> parameters) {
        Map<String, ModuleNode> owners = owners(archive);
        Map<String, TensorRecord> tensors = new LinkedHashMap<>();
        for (String name : parameters) {
            tensors.put(name, owner(name, owners).tensor(attribute(name)).orElseThrow().tensor());
        }
        return tensors;
    }

    private static Map<String, ModuleNode> owners(TorchArchive archive) {
        Map<String, ModuleNode> owners = new HashMap<>();
        for (ModuleNode node : archive.module().stream().toList()) {
            for (TensorAttribute tensor : node.tensors()) {
                String path = node.path().isEmpty() ? "" : node.path() + ".";
                owners.put(path + tensor.name(), node);
            }
        }
        return owners;
    }

    /** Returns a parameter's module: an exporter's wrapper is no part of the parameter's name. */
    private static ModuleNode owner(String parameter, Map<String, ModuleNode> owners) {
        return owners.getOrDefault("model." + parameter, owners.get(parameter));
    }

    private static String attribute(String path) {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    /** Replaces weights; returns the modules whose tensors were replaced or are their copies. */
    Map<ModuleNode, String> replace(Map<String, NDArray> weights, NDManager scope) {
        Map<ModuleNode, String> tied = new LinkedHashMap<>();
        weights.forEach(
                (name, array) -> {
                    ModuleNode node = owner(name, owners);
                    String attribute = attribute(name);
                    TensorRecord old = node.tensor(attribute).orElseThrow().tensor();
                    DataType type = old.dataType();
                    if (!array.getShape().equals(old.shape())) {
                        editor.replaceTensor(
                                node.path(),
                                attribute,
                                array.getShape(),
                                ArrayBytes.of(array, type, scope));
                    } else if (liesByColumns(old)) {
                        editor.replaceByColumns(
                                node.path(), attribute, out -> writeColumns(array, type, out));
                    } else {
                        editor.replaceTensor(
                                node.path(), attribute, ArrayBytes.of(array, type, scope));
                    }
                    owners.forEach(
                            (path, owner) -> {
                                String own = attribute(path);
                                if (owner.tensor(own).orElseThrow().tensor().equals(old)) {
                                    tied.put(owner, own);
                                }
                            });
                });
        return tied;
    }

    /** Tells whether a tensor is a matrix that an earlier export has written column by column. */
    private static boolean liesByColumns(TensorRecord tensor) {
        return !tensor.isContiguous()
                && tensor.strides().equals(List.of(1L, tensor.shape().get(0)));
    }

    /**
     * Writes the weights of linear layers column by column, as oneDNN reads them, but for weights
     * that several modules share. Returns the names of those that are written.
     */
    Set<String> layByColumns(AdaptedModel model, Map<String, NDArray> changed) {
        Set<String> written = new HashSet<>();
        for (TargetModule target : model.targetModules()) {
            WeightSpec weight = target.weight();
            if (target.kind() != WeightSpec.Kind.LINEAR
                    || Math.min(weight.inputs(), weight.features()) < Matmul.LEAST_SIDE) {
                continue;
            }
            String name = target.parameter();
            ModuleNode node = owner(name, owners);
            String attribute = attribute(name);
            TensorRecord old = node.tensor(attribute).orElseThrow().tensor();
            NDArray merged = changed.get(name);
            if (old.dataType() != DataType.FLOAT32
                    || isShared(old, owners.values())
                    || (merged != null && !merged.getShape().equals(old.shape()))) {
                continue;
            }
            TensorData data =
                    merged == null
                            ? out -> writeColumns(archive, old, out)
                            : out -> writeColumns(merged, old.dataType(), out);
            editor.replaceByColumns(node.path(), attribute, data);
            written.add(name);
        }
        return written;
    }

    /** Writes a matrix of an archive column by column; there is one such copy at a time. */
    private static void writeColumns(TorchArchive archive, TensorRecord matrix, OutputStream out)
            throws IOException {
        try (NDManager scope = PyTorch.newManager()) {
            ByteBuffer bytes = archive.read(matrix);
            writeColumns(
                    scope.create(bytes, matrix.shape(), matrix.dataType()), matrix.dataType(), out);
        }
    }

    private static void writeColumns(NDArray matrix, DataType type, OutputStream out)
            throws IOException {
        try (NDManager scope = PyTorch.newManager()) {
            NDArray columns = matrix.transpose();
            columns.attach(scope);
            TensorData.of(ArrayBytes.of(columns, type, scope)).writeTo(out);
        }
    }

    /** Tells whether several tensors of the modules lie in the same memory. */
    private static boolean isShared(TensorRecord tensor, Collection<ModuleNode> modules) {
        return modules.stream()
                        .distinct()
                        .flatMap(node -> node.tensors().stream())
                        .filter(other -> other.tensor().storageKey().equals(tensor.storageKey()))
                        .count()
                > 1;
    }
}
