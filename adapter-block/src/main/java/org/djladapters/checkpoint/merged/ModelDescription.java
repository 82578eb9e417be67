/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint.merged;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.checkpoint.head.OutputLabels;
import org.djladapters.checkpoint.head.OwnHead;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.hub.program.Checkpoint;
import org.djladapters.hub.program.CompanionFiles;
import org.djladapters.io.AtomicFiles;
import org.djladapters.io.JsonFiles;
import org.djladapters.io.OwnFiles;

/** The files beside the weights of a model, and those that an export changes. */
public final class ModelDescription {

    static final String CONFIG = "config.json";
    private static final String SERVING = "serving.properties";
    private static final String NAME = "option.modelName";

    private ModelDescription() {}

    /** Refuses a directory in which a file of the model is a link that leads out of it. */
    public static void requireOwnFiles(ModelDirectory model) throws IOException {
        for (String name : files(model)) {
            OwnFiles.require(model.path(), name);
        }
    }

    /**
     * Lists the files that make up a model and are there: weights, descriptions and what may lie
     * beside them. The folders of sentence-transformers' modules are not among them.
     */
    public static List<String> files(ModelDirectory model) throws IOException {
        Stream<String> weights =
                model.weightFiles().stream().map(file -> file.getFileName().toString());
        return Stream.of(
                        weights,
                        Stream.of(Checkpoint.INDEX, CONFIG, SERVING),
                        CompanionFiles.NAMES.stream(),
                        Stream.of(CompanionFiles.TRANSFORMER, CompanionFiles.PROMPTS))
                .flatMap(Function.identity())
                .filter(name -> model.file(name).isPresent())
                .toList();
    }

    static void copyCompanions(ModelDirectory original, Path folder) throws IOException {
        for (String name : CompanionFiles.NAMES) {
            copy(original, name, folder);
        }
    }

    private static void copy(ModelDirectory original, String name, Path folder) throws IOException {
        if (original.file(name).isPresent()) {
            Files.copy(original.file(name).get(), folder.resolve(name));
        }
    }

    /**
     * Writes all but {@code serving.properties} for a program whose outputs have these names: none
     * where a number is predicted, empty for those of the original.
     */
    static void write(
            ModelDirectory original,
            MergedAdapters adapters,
            Optional<List<String>> labels,
            Path folder)
            throws IOException {
        copyCompanions(original, folder);
        if (labels.isEmpty()) {
            if (original.file(CONFIG).isPresent()) {
                AtomicFiles.writeString(folder.resolve(CONFIG), JsonFiles.text(original.config()));
            }
            return;
        }
        JsonObject config = original.config();
        nameOutputs(config, adapters, labels.get());
        if (adapters.head().isPresent()) {
            renameClass(config, task(original, adapters.head().get()));
        }
        AtomicFiles.writeString(folder.resolve(CONFIG), JsonFiles.text(config));
        if (!isText(original)) {
            AtomicFiles.writeString(
                    folder.resolve(CompanionFiles.SYNSET),
                    String.join("\n", OutputLabels.shown(labels.get())) + "\n");
        }
    }

    static void nameOutputs(JsonObject config, MergedAdapters adapters, List<String> labels)
            throws IOException {
        boolean positions = adapters.head().filter(HeadConfig::hasPositions).isPresent();
        OutputLabels.write(labels, config, adapters.tellOutputs() && !positions);
        if (adapters.giveSeveral()) {
            OwnHead.describeSeveral(config);
        }
    }

    /** Returns the end of the class that HuggingFace has for a model with such a head. */
    private static String task(ModelDirectory original, HeadConfig head) throws IOException {
        return switch (head.pooling()) {
            case NONE -> CheckpointHead.TOKENS;
            case SPAN -> CheckpointHead.ANSWERS;
            default -> isText(original) ? CheckpointHead.SEQUENCES : CheckpointHead.IMAGES;
        };
    }

    private static boolean isText(ModelDirectory original) throws IOException {
        return original.file("tokenizer.json").isPresent() && original.imageSize().isEmpty();
    }

    /** Makes BertModel or BertForMaskedLM with a head a BertForSequenceClassification. */
    static void renameClass(JsonObject config, String task) {
        JsonElement known = config.get("architectures");
        if (!(known instanceof JsonArray names) || names.isEmpty()) {
            return;
        }
        JsonArray renamed = new JsonArray();
        renamed.add(
                new JsonPrimitive(
                        names.get(0)
                                .getAsString()
                                .replaceFirst("(Model(WithProjection)?|For[A-Z]\\w*)?$", task)));
        config.add("architectures", renamed);
    }

    /** Writes the entries of {@code serving.properties} that replace or follow the original's. */
    static void writeServing(ModelDirectory original, Path folder, Map<String, String> serving)
            throws IOException {
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put(NAME, original.name());
        entries.putAll(serving);
        List<String> lines = new ArrayList<>();
        if (original.file(SERVING).isPresent()) {
            for (String line :
                    Files.readAllLines(original.file(SERVING).get(), StandardCharsets.UTF_8)) {
                if (!entries.containsKey(line.replaceFirst("[=:].*", "").strip())) {
                    lines.add(line);
                }
            }
        } else {
            lines.add("engine=PyTorch");
            lines.add("option.mapLocation=true");
            original.servingArguments().forEach(entries::putIfAbsent);
        }
        entries.values().removeIf(String::isEmpty);
        entries.forEach((key, value) -> lines.add(key + "=" + value));
        AtomicFiles.writeString(folder.resolve(SERVING), String.join("\n", lines) + "\n");
    }
}
