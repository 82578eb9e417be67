/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.builtin;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.djladapters.hub.SentenceSettings;
import org.djladapters.hub.SentenceSettings.Pooling;
import org.djladapters.io.AtomicFiles;
import org.djladapters.io.JsonFiles;
import org.djladapters.onnx.OnnxFile;
import org.djladapters.safetensors.SafetensorsFile;
import org.djladapters.safetensors.StoredTensor;

/**
 * English sentence encoders that need no download: BERT, 384 wide.
 *
 * <p>Each is made on first use from an artifact of LangChain4j on Maven Central, which has its
 * weights as ONNX and its tokenizer. The artifact of all-MiniLM-L6-v2 is on the class path of this
 * project; the others are looked for there and in the local Maven repository. The result is the
 * HuggingFace checkpoint of sentence-transformers without the pooler of BERT, which vectors do not
 * need.
 */
public enum BuiltInModel {
    /** 6 layers, 22.6 million weights; the mean of up to 256 tokens. */
    ALL_MINILM_L6_V2(
            "all-MiniLM-L6-v2",
            "all-minilm-l6-v2",
            "all-minilm-l6-v2",
            "1.19.0-beta29",
            6,
            256,
            Pooling.MEAN,
            "",
            ""),
    /** 12 layers, 33.2 million weights; the first of up to 512 tokens. */
    BGE_SMALL_EN_V1_5(
            "bge-small-en-v1.5",
            "bge-small-en-v1.5",
            "bge-small-en-v15",
            "0.36.2",
            12,
            512,
            Pooling.CLS,
            "",
            ""),
    /** 12 layers, 33.2 million weights; the mean of up to 512 tokens, after a prompt. */
    E5_SMALL_V2(
            "e5-small-v2",
            "e5-small-v2",
            "e5-small-v2",
            "0.36.2",
            12,
            512,
            Pooling.MEAN,
            "query: ",
            "passage: ");

    /** The beginning of locations of built-in models. */
    public static final String SCHEME = "builtin:";

    private static final int WIDTH = 384;

    private static final String CONFIG = "config.json";
    private static final String TOKENIZER = "tokenizer.json";
    private static final String TOKENIZER_CONFIG = "tokenizer_config.json";
    private static final String WEIGHTS = "model.safetensors";

    private final String modelName;
    private final String resource;
    private final String artifactName;
    private final String version;
    private final int layers;
    private final int maxLength;
    private final Pooling pooling;
    private final String queryPrompt;
    private final String passagePrompt;

    BuiltInModel(
            String modelName,
            String resource,
            String artifactName,
            String version,
            int layers,
            int maxLength,
            Pooling pooling,
            String queryPrompt,
            String passagePrompt) {
        this.modelName = modelName;
        this.resource = resource;
        this.artifactName = artifactName;
        this.version = version;
        this.layers = layers;
        this.maxLength = maxLength;
        this.pooling = pooling;
        this.queryPrompt = queryPrompt;
        this.passagePrompt = passagePrompt;
    }

    private MavenArtifact artifact() {
        return MavenArtifact.langchain4j(artifactName, version);
    }

    private SentenceSettings settings() {
        return SentenceSettings.DEFAULT
                .withPooling(pooling)
                .withPrompts("", queryPrompt, passagePrompt);
    }

    /** Finds a model by its name, in upper or lower case. */
    public static Optional<BuiltInModel> find(String name) {
        return Arrays.stream(values())
                .filter(model -> model.modelName.equalsIgnoreCase(name))
                .findFirst();
    }

    /**
     * Returns the model of a name, in upper or lower case.
     *
     * @throws IllegalArgumentException if there is none; the message lists all models
     */
    public static BuiltInModel of(String name) {
        List<String> names = Arrays.stream(values()).map(BuiltInModel::modelName).toList();
        return find(name)
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "No built-in model is called '%s'; there are %s"
                                                .formatted(name, String.join(", ", names))));
    }

    public String modelName() {
        return modelName;
    }

    /** Returns the number of weights, without those of the pooler. */
    public long parameters() {
        long embeddings = (30522 + 512 + 2 + 2) * (long) WIDTH;
        long attention = 4L * (WIDTH * WIDTH + WIDTH);
        long feedForward = 8L * WIDTH * WIDTH + 5 * WIDTH;
        long norms = 4L * WIDTH;
        return embeddings + layers * (attention + feedForward + norms);
    }

    /** Tells whether the model, or the artifact that it is made from, is on this machine. */
    public boolean isThere() throws IOException {
        return Files.isRegularFile(ModelCache.folder().resolve(modelName).resolve(WEIGHTS))
                || artifact().isThere(resource + ".onnx");
    }

    /** Returns the command that downloads the artifact that the model is made from. */
    public String command() {
        return artifact().command();
    }

    /**
     * Returns the model directory in the user's cache. It is made if it is missing, damaged or of
     * another version of this project; several processes may do that at once.
     *
     * @throws IOException if the artifact is missing (the message says how to get it), or the cache
     *     can't be written
     */
    public Path directory() throws IOException {
        return directory(ModelCache.folder());
    }

    /** Returns the model directory in a cache folder, as {@link #directory()} does. */
    public Path directory(Path cache) throws IOException {
        Map<String, String> texts = texts();
        ModelCache.Content content =
                new ModelCache.Content(texts, List.of(TOKENIZER, WEIGHTS), this::make);
        return ModelCache.directory(cache.resolve(modelName), content);
    }

    /** Writes the large files. */
    private void make(Path directory) throws IOException {
        try (InputStream in = artifact().open(resource + "-tokenizer.json")) {
            AtomicFiles.writeFile(
                    directory.resolve(TOKENIZER),
                    channel -> in.transferTo(Channels.newOutputStream(channel)));
        }
        Map<String, StoredTensor> weights;
        try (InputStream onnx = artifact().open(resource + ".onnx")) {
            ByteBuffer bytes = ByteBuffer.wrap(onnx.readAllBytes());
            weights = OnnxWeights.of(OnnxFile.of(Path.of(resource + ".onnx"), bytes));
        }
        long size = weights.values().stream().mapToLong(tensor -> tensor.shape().size()).sum();
        if (size != parameters()) {
            throw new IOException(
                    "%s.onnx of %s holds %d weights where %d are expected; use the version %s"
                            .formatted(resource, artifact(), size, parameters(), version));
        }
        SafetensorsFile.writeStored(directory.resolve(WEIGHTS), weights, Map.of("format", "pt"));
    }

    /** Returns the small files by their names. */
    private Map<String, String> texts() throws IOException {
        JsonObject config = JsonFiles.parse(CONFIG, text(CONFIG)).getAsJsonObject();
        config.addProperty("num_hidden_layers", layers);
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put(CONFIG, JsonFiles.text(config));
        texts.put(TOKENIZER_CONFIG, text(TOKENIZER_CONFIG));
        texts.putAll(settings().files(WIDTH, maxLength));
        return texts;
    }

    private static String text(String name) throws IOException {
        try (InputStream in = BuiltInModel.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
