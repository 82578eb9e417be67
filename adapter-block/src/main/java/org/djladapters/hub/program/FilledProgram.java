/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.program;

import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.djladapters.hub.architecture.Architecture;
import org.djladapters.hub.architecture.Architectures;
import org.djladapters.hub.architecture.ConfigReader;
import org.djladapters.hub.architecture.ModelHead;
import org.djladapters.hub.architecture.ProgramSpec;

/**
 * The text of a model's program and the shapes of its tensors, as a configuration tells them.
 *
 * @param spec what was filled in
 * @param source the text of the program
 * @param shared the texts that it uses, by name
 * @param shapes the shapes of all tensors by the names that transformers gives them
 */
record FilledProgram(
        ProgramSpec spec, String source, Map<String, String> shared, Map<String, Shape> shapes) {

    /** The class of the program's outermost module. */
    static final String ROOT = "Export";

    /** The text before the name of a tensor in the archive. */
    static final String WRAPPER = "model.";

    private static final String TORCH = "__torch__";

    /** Texts that every program can use. */
    private static final List<String> SHARED =
            List.of("layers", "activations", "attention", "decoder");

    /**
     * Fills in the program for a model, with dropout if it is wanted, and with a pooler if a
     * checkpoint holds the tensors of one.
     */
    static FilledProgram of(ConfigReader config, boolean dropout, Set<String> tensors)
            throws IOException {
        ProgramSpec spec = spec(config).withStored(tensors);
        Optional<String> pooler = Architectures.of(config).traits().pooler();
        Map<String, Object> values = new HashMap<>(spec.values());
        values.put("dropout", dropout);
        if (spec.pools()) {
            values.put(
                    ProgramSpec.POOLER,
                    pooler.filter(path -> holds(tensors, path, spec.base())).isPresent());
        }
        if (dropout && !spec.hasDropout()) {
            throw new IOException(
                    "%s: the program for this model has no dropout; leave dropout out"
                            .formatted(config.source()));
        }
        String source = ProgramTemplate.fill(spec.program(), values);
        Map<String, String> shared = new LinkedHashMap<>();
        Map<String, String> files = new LinkedHashMap<>(Map.of(TORCH, source));
        for (String name : SHARED) {
            String text = ProgramTemplate.fill("shared/" + name, values);
            shared.put(name, text);
            files.put(TORCH + '.' + name, text);
        }
        Map<String, Shape> shapes = new LinkedHashMap<>();
        DeclaredShapes.of(files, TORCH + '.' + ROOT)
                .forEach((path, shape) -> shapes.put(path.substring(WRAPPER.length()), shape));
        return new FilledProgram(spec, source, shared, Collections.unmodifiableMap(shapes));
    }

    /** Tells whether a checkpoint has the tensors of a linear layer, with or without the base. */
    private static boolean holds(Set<String> tensors, String path, String base) {
        List<String> names = List.of(path + ".weight", path + ".bias");
        List<String> within = names.stream().map(name -> base + '.' + name).toList();
        return tensors.containsAll(names) || tensors.containsAll(within);
    }

    private static ProgramSpec spec(ConfigReader config) throws IOException {
        Architecture architecture = Architectures.of(config);
        config.requireAbsent("quantization_config", "weights that are not quantized are");
        if (!architecture.copiesCode()) {
            config.requireAbsent("auto_map", "a model with code of its own is another one");
        }
        ModelHead head = ModelHead.of(config);
        if (head != ModelHead.NONE && !architecture.heads().contains(head)) {
            throw config.refused(
                    "architectures",
                    "heads of %s that are: %s"
                            .formatted(architecture.name(), architecture.heads()));
        }
        return architecture.program().describe(config, head);
    }

    /** The shapes of tensors but those that are another one. */
    Map<String, Shape> ownShapes() {
        Map<String, Shape> own = new LinkedHashMap<>(shapes);
        own.keySet().removeAll(spec.tied().keySet());
        return own;
    }
}
