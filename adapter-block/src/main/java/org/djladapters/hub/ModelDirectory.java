/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub;

import ai.djl.ndarray.types.DataType;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.djladapters.archive.ModuleNode;
import org.djladapters.archive.TensorAttribute;
import org.djladapters.archive.TorchArchive;
import org.djladapters.hub.architecture.Architectures;
import org.djladapters.hub.architecture.ConfigReader;
import org.djladapters.hub.architecture.DecoderHead;
import org.djladapters.hub.architecture.ModelHead;
import org.djladapters.hub.architecture.Traits;
import org.djladapters.hub.architecture.Traits.Positions;
import org.djladapters.hub.program.Checkpoint;
import org.djladapters.hub.program.ModelProgram;
import org.djladapters.io.Internal;
import org.djladapters.io.JsonFields;
import org.djladapters.matmul.Matmul;
import org.djladapters.matmul.Precision;

/**
 * The description of a model in a directory: a TorchScript export or a HuggingFace checkpoint.
 *
 * <p>An export is what DJL's converter writes and DJL Serving reads: an archive, {@code
 * config.json} and {@code serving.properties}. The archive is the one that {@code option.modelName}
 * of {@code serving.properties} names, else the only {@code .pt} file. The two description files
 * may be absent (then what they would say is empty) but not unreadable.
 *
 * <p>A checkpoint is what transformers writes: {@code config.json} and weights in {@code
 * model.safetensors} or in the parts that {@code model.safetensors.index.json} names. A directory
 * that holds both is an export if it has {@code serving.properties}.
 *
 * <p>Weights are not touched.
 */
public final class ModelDirectory {

    private static final String GENERATION = "generation_config.json";

    private static final String END_TOKEN = "eos_token_id";
    private static final String START_TOKEN = "decoder_start_token_id";
    private static final String PADDING_TOKEN = "pad_token_id";

    private static final String OPTION = "option.";

    private static final String TRANSLATOR = "translatorFactory";

    private static final String CONFIG = "config.json";
    private static final String SERVING = "serving.properties";

    private final Path path;
    private final Path archive;
    private final ConfigReader config;
    private final Properties serving;

    /** Dense layers by their folders. All that is read of this directory shares them. */
    private final Map<Path, SentenceDense> dense = new HashMap<>();

    /** The archive is null for a checkpoint. */
    private ModelDirectory(Path path, Path archive, ConfigReader config, Properties serving) {
        this.path = path;
        this.archive = archive;
        this.config = config;
        this.serving = serving;
    }

    /**
     * Reads the description of a model.
     *
     * @param path the directory
     * @throws IOException if the directory is missing, holds no model or several archives without
     *     saying which one is meant, or if a description file is malformed
     */
    public static ModelDirectory open(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            throw new IOException(
                    ("No model directory '%s'; give a folder that holds config.json and <name>.pt"
                                    + " or model.safetensors")
                            .formatted(path));
        }
        Properties serving = readProperties(path.resolve(SERVING));
        ConfigReader config = ConfigReader.readIfPresent(path.resolve(CONFIG));
        boolean described = Files.exists(path.resolve(SERVING));
        Path archive =
                Checkpoint.isIn(path) && !described
                        ? null
                        : ExportArchive.find(path, serving.getProperty("option.modelName"));
        ModelDirectory whole = new ModelDirectory(path, archive, config, serving);
        if (archive != null) {
            return whole;
        }
        ModelHead head = ModelHead.of(config);
        head.translator().ifPresent(factory -> serving.setProperty(TRANSLATOR, factory));
        return head == ModelHead.IMAGE ? whole.tower(ModelTower.IMAGE) : whole;
    }

    /**
     * Returns the description of one tower of a model that has one for texts and one for images. It
     * is read as if the tower had been saved alone, but lies in the directory of the whole.
     *
     * @param tower the tower
     * @return its description; this one if the model has no towers
     * @throws IOException if the configuration is malformed
     */
    public ModelDirectory tower(ModelTower tower) throws IOException {
        Optional<JsonObject> own =
                archive == null ? Architectures.tower(config, tower.part()) : Optional.empty();
        return own.isEmpty()
                ? this
                : new ModelDirectory(
                        path, null, new ConfigReader(path.resolve(CONFIG), own.get()), serving);
    }

    private static Properties readProperties(Path file) throws IOException {
        Properties properties = new Properties();
        if (Files.exists(file)) {
            try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
                properties.load(reader);
            } catch (IllegalArgumentException | CharacterCodingException e) {
                throw new IOException(
                        "'%s' is not a properties file: %s".formatted(file, e.getMessage()), e);
            }
        }
        return properties;
    }

    /** Returns the directory. */
    public Path path() {
        return path;
    }

    /** Returns the TorchScript archive, a {@code .pt} file; empty for a checkpoint. */
    public Optional<Path> archive() {
        return Optional.ofNullable(archive);
    }

    /**
     * Returns the files that hold the weights: the archive, or the files of a checkpoint in the
     * order of their names.
     *
     * @throws IOException if the list of a checkpoint's files is malformed or names a missing one
     */
    public List<Path> weightFiles() throws IOException {
        return archive == null ? Checkpoint.weightFiles(path) : List.of(archive);
    }

    /**
     * Opens the model's program without weights, if these are not in the archive already.
     *
     * @param type the type of weights that are to come
     * @return the program, which the caller closes
     * @throws IOException if it is damaged, refused, or there is none for a checkpoint
     */
    @Internal
    public ModelProgram program(DataType type) throws IOException {
        return program(type, false);
    }

    private ModelProgram program(DataType type, boolean dropout) throws IOException {
        return archive == null
                ? ModelProgram.of(Checkpoint.open(path, computed()), type, dropout)
                : ModelProgram.of(archive);
    }

    /**
     * The configuration of what is computed: sentence-transformers takes the features of a language
     * model that gives texts vectors, of T5 those of its encoder, whatever class it was published
     * as. A language model that judges gives a score instead of logits.
     */
    private JsonObject computed() throws IOException {
        Optional<LogitScore> score = LogitScore.of(this);
        if (score.isPresent() && ModelHead.of(config) == ModelHead.CAUSAL_LM) {
            JsonObject judge = config.json().deepCopy();
            judge.addProperty(DecoderHead.YES, score.get().yes());
            score.get().no().ifPresent(no -> judge.addProperty(DecoderHead.NO, no));
            return judge;
        }
        Set<ModelHead> left = Set.of(ModelHead.CAUSAL_LM, ModelHead.SEQ2SEQ_LM);
        if (!SentenceSettings.describes(this) || !left.contains(ModelHead.of(config))) {
            return config.json();
        }
        JsonObject features = config.json().deepCopy();
        features.remove("architectures");
        return features;
    }

    /**
     * Opens the model's program without weights, where these are not in the archive already.
     *
     * @param options which type the weights are to have, and whether there is dropout
     * @return the program, which the caller closes
     * @throws IOException if it is damaged, refused, or there is none for a checkpoint
     */
    @Internal
    public ModelProgram program(OpenOptions options) throws IOException {
        if (archive != null && options.dropout()) {
            throw new IOException(
                    ("'%s' is a TorchScript export, which has no dropout; leave dropout out, or"
                                    + " open the HuggingFace checkpoint that it was made from")
                            .formatted(archive));
        }
        ModelProgram program = program(options.dataType(), options.dropout());
        if (archive == null || !options.choosesDataType()) {
            return program;
        }
        if (options.dataType() == DataType.BFLOAT16) {
            return program.inBfloat16(archive);
        }
        requireType(program.archive(), options.dataType());
        return program;
    }

    /** Tells whether the model can compute in bfloat16 as well, and may be faster in it. */
    @Internal
    public boolean gainsInBfloat16() throws IOException {
        if (hiddenSize().orElse(0) < Matmul.LEAST_SIDE) {
            return false;
        }
        if (archive == null) {
            return true;
        }
        try (ModelProgram export = ModelProgram.of(archive)) {
            return export.canBeBfloat16();
        }
    }

    /** An export computes in the type that it was traced in; its program knows that type. */
    private void requireType(TorchArchive opened, DataType type) throws IOException {
        for (ModuleNode node : opened.module().stream().toList()) {
            for (TensorAttribute tensor : node.tensors()) {
                DataType stored = tensor.tensor().dataType();
                if (stored.isFloating() && stored != type) {
                    throw new IOException(
                            ("'%s' is a TorchScript export with weights in %s, which can't be"
                                 + " opened in %s; leave the precision and the type of the weights"
                                 + " out, or open the HuggingFace checkpoint that it was made from")
                                    .formatted(
                                            archive,
                                            Precision.nameOf(stored),
                                            Precision.nameOf(type)));
                }
            }
        }
    }

    /**
     * Opens the model's program with its weights, computing in a type.
     *
     * @param type float32 or bfloat16; empty for the type of an export, float32 for a checkpoint
     * @return the program, which the caller closes
     * @throws IOException if it is damaged, refused, can't compute in that type, or there is none
     *     for a checkpoint
     */
    @Internal
    public ModelProgram wholeProgram(Optional<DataType> type) throws IOException {
        ModelProgram whole = wholeProgram();
        if (type.equals(Optional.of(DataType.BFLOAT16))) {
            return whole.inBfloat16(path);
        }
        if (type.isPresent() && archive != null) {
            requireType(whole.archive(), type.get());
        }
        return whole;
    }

    /**
     * Opens the model's program with its weights.
     *
     * @return the program, which the caller closes
     * @throws IOException if it is damaged, refused, or there is none for a checkpoint
     */
    @Internal
    public ModelProgram wholeProgram() throws IOException {
        return program(null, false);
    }

    /**
     * Checks the archive as opening the model here does, for an engine that opens the file itself.
     *
     * @param options what its program may do
     * @throws IOException if there is no archive, or it is damaged or refused; the message says why
     */
    public void checkArchive(OpenOptions options) throws IOException {
        if (archive == null) {
            throw new IOException(
                    ("'%s' is a HuggingFace checkpoint, which DJL can't open without this library;"
                                    + " write a TorchScript model of it with merge")
                            .formatted(path));
        }
        TorchArchive opened = TorchArchive.open(archive);
        opened.requireIntact();
        if (!options.allowsFileAccess()) {
            opened.requireNoFileAccess();
        }
    }

    /**
     * Returns the model's name: that of its archive without the extension, or that of a
     * checkpoint's folder; in the hub's cache the name of the model there.
     */
    public String name() {
        if (archive == null) {
            return cached().map(CachedName::model)
                    .orElseGet(
                            () -> String.valueOf(path.toAbsolutePath().normalize().getFileName()));
        }
        String file = archive.getFileName().toString();
        return file.substring(0, file.length() - ".pt".length());
    }

    /**
     * Returns the name of the model at the hub, {@code org/name} for example, if the directory lies
     * in the hub's cache.
     */
    public Optional<String> hubName() {
        return cached().map(CachedName::id);
    }

    /** Returns the commit that the directory holds, if it lies in the hub's cache. */
    public Optional<String> hubRevision() {
        return cached().map(CachedName::commit);
    }

    private Optional<CachedName> cached() {
        return CachedName.of(path.toAbsolutePath().normalize());
    }

    /**
     * Returns {@code model_type} of the configuration, {@code bert} for example.
     *
     * @throws IOException if it is not a string
     */
    public Optional<String> modelType() throws IOException {
        return config.string("model_type");
    }

    /** Returns what is known of models of this type. */
    @Internal
    public Traits traits() {
        return Architectures.traits(config.text("model_type").orElse(""));
    }

    /** Returns the configuration: of a tower that of the tower alone. */
    @Internal
    public JsonObject config() {
        return config.json().deepCopy();
    }

    /**
     * Returns {@code problem_type} of the configuration, which says what the outputs of the model's
     * own head are: {@code regression}, {@code single_label_classification} or {@code
     * multi_label_classification}.
     *
     * @throws IOException if it is not a string
     */
    public Optional<String> problemType() throws IOException {
        return config.string("problem_type");
    }

    /**
     * Returns the width of the last hidden state: {@code hidden_size}, or the name by which an
     * older architecture calls it, or the last of {@code hidden_sizes}.
     *
     * @throws IOException if it is not a positive integer
     */
    public OptionalInt hiddenSize() throws IOException {
        List<JsonElement> sizes = config.elements("hidden_sizes");
        return sizes.isEmpty()
                ? config.atLeast(1, "hidden_size", "n_embd", "d_model", "dim")
                : OptionalInt.of(config.atLeast(1, "hidden_sizes", sizes.get(sizes.size() - 1)));
    }

    /**
     * Returns the number of outputs of the model's own head: {@code num_labels}, else the number of
     * entries of {@code id2label}.
     *
     * @throws IOException if the entry is malformed
     */
    public OptionalInt numLabels() throws IOException {
        OptionalInt given = config.atLeast(1, "num_labels");
        if (given.isPresent()) {
            return given;
        }
        List<String> labels = labels();
        return labels.isEmpty() ? OptionalInt.empty() : OptionalInt.of(labels.size());
    }

    /**
     * Returns the names of the outputs of the model's own head in their order: the values of {@code
     * id2label}, empty if the configuration has none.
     *
     * @throws IOException if the entry doesn't map 0, 1, 2, … to strings
     */
    public List<String> labels() throws IOException {
        JsonObject map = config.object("id2label").orElseGet(JsonObject::new);
        List<String> labels = new ArrayList<>();
        for (int i = 0; i < map.size(); i++) {
            JsonElement label = map.get(Integer.toString(i));
            if (label == null || !label.isJsonPrimitive()) {
                throw config.wrong("id2label", "a map from 0, 1, 2, … to names");
            }
            labels.add(label.getAsString());
        }
        return List.copyOf(labels);
    }

    /**
     * Returns the token that fills up short sequences, {@code pad_token_id} of the configuration.
     *
     * @throws IOException if it is not a natural number
     */
    public OptionalInt padTokenId() throws IOException {
        // Some language models say -1 for "none".
        return config.integer(PADDING_TOKEN, -1) == -1
                ? OptionalInt.empty()
                : config.atLeast(0, PADDING_TOKEN);
    }

    /**
     * Returns the token that ends a text: {@code eos_token_id} of the configuration, of several the
     * first.
     *
     * @throws IOException if it is not a natural number
     */
    public OptionalInt endTokenId() throws IOException {
        List<JsonElement> ids = config.elements(END_TOKEN);
        return ids.isEmpty()
                ? OptionalInt.empty()
                : OptionalInt.of(config.atLeast(0, END_TOKEN, ids.get(0)));
    }

    /**
     * Returns the tokens that end a generated text: {@code eos_token_id} of {@code
     * generation_config.json}, one or several, or of the configuration if that file has none; empty
     * if there is none.
     *
     * @throws IOException if it is neither a natural number nor a list of them
     */
    public Set<Integer> endTokenIds() throws IOException {
        JsonFields generation = fields(GENERATION);
        JsonFields told = generation.has(END_TOKEN) ? generation : config;
        Set<Integer> ids = new LinkedHashSet<>();
        for (JsonElement id : told.elements(END_TOKEN)) {
            ids.add(told.atLeast(0, END_TOKEN, id));
        }
        return Collections.unmodifiableSet(ids);
    }

    /**
     * Returns the token with which a decoder begins its answers: {@code decoder_start_token_id} of
     * {@code generation_config.json}, or of the configuration if that file has none.
     *
     * @throws IOException if it is missing, or no token that the model knows
     */
    public int startTokenId() throws IOException {
        JsonFields generation = fields(GENERATION);
        JsonFields told = generation.has(START_TOKEN) ? generation : config;
        int start =
                told.atLeast(0, START_TOKEN)
                        .orElseThrow(
                                () ->
                                        new IOException(
                                                ("%s has no entry %s, the token with which answers"
                                                                + " begin; add it, 0 for T5")
                                                        .formatted(config.source(), START_TOKEN)));
        if (start >= vocabularySize().orElse(Integer.MAX_VALUE)) {
            throw told.wrong(START_TOKEN, "a token that the model knows");
        }
        return start;
    }

    /**
     * Returns how many tokens the model knows, {@code vocab_size} of the configuration.
     *
     * @throws IOException if it is not a positive integer
     */
    public OptionalInt vocabularySize() throws IOException {
        return config.atLeast(1, "vocab_size");
    }

    /**
     * Returns the largest length of a sequence in tokens, empty if there is none or none is told.
     *
     * <p>Families that count positions from a number greater than 0, such as RoBERTa, have fewer
     * than {@code max_position_embeddings} says.
     *
     * @throws IOException if the entry is not a positive integer
     */
    public OptionalInt maxPositions() throws IOException {
        OptionalInt positions = config.atLeast(1, "max_position_embeddings", "n_positions");
        Positions counted = traits().positions();
        if (positions.isEmpty() || counted == Positions.NONE) {
            return OptionalInt.empty();
        }
        boolean relative = !config.string("position_embedding_type", "absolute").equals("absolute");
        boolean fromZero = relative && counted == Positions.AFTER_PADDING_TOKEN;
        int leftOut = fromZero ? 0 : counted.leftOut(padTokenId().orElse(1));
        return OptionalInt.of(positions.getAsInt() - leftOut);
    }

    /**
     * Returns to how many tokens sentence-transformers truncates texts for this model, {@code
     * max_seq_length} of {@code sentence_bert_config.json}.
     *
     * @throws IOException if it is not a positive integer
     */
    public OptionalInt maxSequenceLength() throws IOException {
        return new SentenceFiles(this).maxLength();
    }

    /**
     * Returns the side in pixels of the images that the model was trained on, {@code image_size} of
     * the configuration.
     *
     * @throws IOException if it is neither a positive integer nor a pair of equal ones
     */
    public OptionalInt imageSize() throws IOException {
        return side("image_size");
    }

    /**
     * Returns the side in pixels of the patches into which the model cuts an image, {@code
     * patch_size} of the configuration.
     *
     * @throws IOException if it is neither a positive integer nor a pair of equal ones
     */
    public OptionalInt patchSize() throws IOException {
        return side("patch_size");
    }

    /**
     * Returns an entry of {@code serving.properties} without surrounding white space. A checkpoint,
     * which has no such file, has the translator that DJL's converter writes for models with its
     * head.
     */
    public Optional<String> servingProperty(String key) {
        return Optional.ofNullable(serving.getProperty(key)).map(String::strip);
    }

    /**
     * Returns the entries of {@code serving.properties} for translators: all but the options of the
     * engine, which begin with {@code option.}.
     */
    public Map<String, String> servingArguments() {
        return serving(key -> !key.startsWith(OPTION), 0);
    }

    /**
     * Returns the options of the engine that {@code serving.properties} has, by their names without
     * {@code option.}.
     */
    public Map<String, String> servingOptions() {
        return serving(key -> key.startsWith(OPTION), OPTION.length());
    }

    /** Returns the chosen entries by their names without the first characters. */
    private Map<String, String> serving(Predicate<String> chosen, int cut) {
        Map<String, String> entries = new TreeMap<>();
        serving.stringPropertyNames().stream()
                .filter(chosen)
                .forEach(key -> entries.put(key.substring(cut), serving.getProperty(key).strip()));
        return entries;
    }

    /** Returns the path of a file beside the archive if it exists. */
    public Optional<Path> file(String name) {
        return Optional.of(path.resolve(name)).filter(Files::isRegularFile);
    }

    /**
     * Returns the content of a JSON file beside the archive if it exists.
     *
     * @throws IOException if the file is not a JSON object
     */
    public Optional<JsonObject> json(String name) throws IOException {
        return file(name).isPresent() ? Optional.of(fields(name).json()) : Optional.empty();
    }

    /** Returns the fields of a JSON file beside the archive, none if there is no such file. */
    @Internal
    public JsonFields fields(String name) throws IOException {
        return JsonFields.readIfPresent(path.resolve(name));
    }

    /** Returns dense layers of folders, which are read once. */
    List<SentenceDense> dense(List<Path> folders) throws IOException {
        List<SentenceDense> layers = new ArrayList<>();
        synchronized (dense) {
            for (Path folder : folders) {
                if (!dense.containsKey(folder)) {
                    dense.put(folder, SentenceDense.read(folder));
                }
                layers.add(dense.get(folder));
            }
        }
        return layers;
    }

    private OptionalInt side(String key) throws IOException {
        if (!config.has(key)) {
            return OptionalInt.empty();
        }
        List<Integer> sides = config.sizes(key, 1);
        if (!sides.get(0).equals(sides.get(1))) {
            throw config.wrong(key, "one side of a square");
        }
        return OptionalInt.of(sides.get(0));
    }
}
