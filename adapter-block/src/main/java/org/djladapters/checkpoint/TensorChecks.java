/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint;

import static org.djladapters.io.MalformedFileException.quote;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.hub.ModelTower;
import org.djladapters.io.MalformedFileException;
import org.djladapters.rotation.programs.TransformKernel;
import org.djladapters.safetensors.SafetensorsFile;

/** Decides whether the tensors of a file can be those of an adapter for a model. */
final class TensorChecks {

    private static final int SHOWN = 3;

    /** So many numbers take no memory to speak of, and other faults of such adapters say more. */
    private static final long HARMLESS = 1 << 20;

    private final StoredAdapter stored;
    private final SafetensorsFile file;
    private final Path path;

    TensorChecks(StoredAdapter stored, SafetensorsFile file) {
        this.stored = stored;
        this.file = file;
        path = stored.tensorsFile();
    }

    /** Refuses an adapter of which no tensor belongs to a module of the model. */
    void requireSameArchitecture() throws MalformedFileException {
        Set<String> known = new HashSet<>(stored.model().baseParameters().keySet());
        stored.model().targetModules().forEach(module -> known.add(module.path()));
        known.add("head");
        List<String> modules = new ArrayList<>();
        for (String name : file.tensors().keySet()) {
            String module = stored.names().toKey(TensorNames.plain(name));
            while (module.contains(".") && !known.contains(module)) {
                module = TensorNames.parent(module);
            }
            if (known.contains(module)) {
                return;
            }
            String path = TensorNames.withoutPrefix(name);
            if (!TensorNames.isShared(path)) {
                modules.add(module(TensorNames.parent(path)));
            }
        }
        if (modules.isEmpty() && !file.tensors().isEmpty()) {
            return; // all that it holds is shared by modules, which it does not name
        }
        if (modules.isEmpty()) {
            throw new MalformedFileException(path, "holds no tensors; save the adapter again");
        }
        refuseWrapper(modules, known);
        refuseOtherTower(modules);
        throw new MalformedFileException(
                path,
                ("is an adapter for another architecture: it has modules such "
                                + "as %s, but the model has %s; load it into the model that it "
                                + "was trained on")
                        .formatted(examples(modules), examples(linear())));
    }

    /** Returns a module path without what begins a parameter's own name, such as lora_A. */
    private String module(String path) {
        String method = Pattern.quote(stored.format().peftType().toLowerCase(Locale.ROOT));
        return path.replaceFirst("\\." + method + "_\\w+$", "");
    }

    /** Refuses the adapter of a larger model, of which this one is a module, as encoders are. */
    private void refuseWrapper(List<String> modules, Set<String> known)
            throws MalformedFileException {
        for (String module : modules) {
            String inner = module.substring(module.indexOf('.') + 1);
            if (known.contains(inner)) {
                throw new MalformedFileException(
                        path,
                        ("is an adapter for a model with a head, of which this model "
                                        + "is the module %s; export that model with its head "
                                        + "(examples/export/export_model.py) and load it there")
                                .formatted(
                                        quote(
                                                module.substring(
                                                        0, module.length() - inner.length() - 1))));
            }
        }
    }

    /** Refuses the adapter of one tower of a model of texts and images for the other one. */
    private void refuseOtherTower(List<String> modules) throws MalformedFileException {
        Optional<ModelTower> opened = stored.model().openOptions().tower();
        if (opened.isPresent()
                && modules.stream().allMatch(module -> opened.get().other().holds(module + '.'))) {
            throw new MalformedFileException(
                    path,
                    ("changes the %1$s tower of a model, but the %2$s tower is open; leave the"
                                    + " adapter out, or open the %1$s tower")
                            .formatted(opened.get().other(), opened.get()));
        }
    }

    private List<String> linear() {
        return stored.model().targetModules().stream()
                .filter(TargetModule::isLinear)
                .map(TargetModule::path)
                .toList();
    }

    /**
     * Refuses adapters, not in memory yet, that would need more memory than the file has values.
     */
    List<WeightAdapter> requireHeld(List<WeightAdapter> adapters) throws IOException {
        Map<String, Long> shared = new LinkedHashMap<>();
        for (WeightAdapter adapter : adapters) {
            requireHeld(adapter.size(), "of module " + quote(adapter.weight().path()));
            adapter.sharedParameters()
                    .forEach((name, parameter) -> shared.put(name, parameter.getShape().size()));
        }
        for (Map.Entry<String, Long> parameter : shared.entrySet()) {
            requireHeld(
                    parameter.getValue(), "for " + quote(TensorNames.shared(parameter.getKey())));
        }
        return adapters;
    }

    /** Refuses the head that would need more memory than the file has values. */
    void requireHeld(HeadConfig head) throws IOException {
        requireHeld(head.outputs(), "as outputs of the head");
    }

    private void requireHeld(long needed, String what) throws IOException {
        long held = file.tensors().values().stream().mapToLong(t -> t.shape().size()).sum();
        if (needed > Math.max(held, HARMLESS)) {
            throw new MalformedFileException(
                    path,
                    "holds %s values in all, but adapter_config.json needs %s %s alone; %s"
                            .formatted(held, needed, what, advice()));
        }
    }

    /** Says what to do about tensors that are not those that model and configuration need. */
    String advice() throws IOException {
        String trained =
                BaseWeights.base(path.toAbsolutePath().getParent())
                        .map(name -> "was trained on " + quote(name))
                        .orElse("belongs to a model of another size");
        return "the adapter "
                + trained
                + " (load it there), or adapter_config.json has the wrong options";
    }

    /** Refuses a tensor with a value that is infinite or undefined. */
    static void requireFinite(Path path, String name, NDArray tensor, NDManager scope)
            throws MalformedFileException {
        if (!TransformKernel.isFinite(tensor, scope)) {
            throw new MalformedFileException(
                    path,
                    ("tensor %s has infinite or undefined values; the adapter is "
                                    + "damaged or its training diverged")
                            .formatted(quote(name)));
        }
    }

    private static String examples(List<String> paths) {
        return paths.stream()
                .distinct()
                .limit(SHOWN)
                .map(MalformedFileException::quote)
                .collect(Collectors.joining(", "));
    }
}
