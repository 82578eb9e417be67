/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub;

import static org.djladapters.io.MalformedFileException.quote;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.djladapters.hub.SentenceSettings.Pooling;
import org.djladapters.hub.program.Checkpoint;
import org.djladapters.hub.program.CompanionFiles;
import org.djladapters.io.JsonFields;
import org.djladapters.io.JsonFiles;
import org.djladapters.io.MalformedFileException;

/**
 * The files that tell how a model gives a text one vector: those of sentence-transformers and
 * {@code serving.properties}.
 */
final class SentenceFiles {

    static final String MODULES = "modules.json";
    static final String FLAG = "pooling_mode_";
    static final String CONFIG = "config.json";

    private static final String POOLING_FOLDER = "1_Pooling";
    private static final String TRANSFORMER = "Transformer";
    private static final String POOLED = "Pooling";
    private static final String DENSE = "Dense";
    private static final String NORMALIZED = "Normalize";
    private static final String SERVING = "serving.properties";
    private static final String POOLING = "pooling";
    private static final String NORMALIZE = "normalize";
    private static final String EMBEDDINGS = "TextEmbeddingTranslatorFactory";

    /** A factory of this library finds out what a model gives as it is done here. */
    private static final String OWN = "org.djladapters.";

    /** Entries by which DJL's translator does what is not done here. */
    private static final List<String> DJL_ALONE = List.of("dense", "layerNorm", "int32");

    private final ModelDirectory model;

    SentenceFiles(ModelDirectory model) {
        this.model = model;
    }

    /** Writes settings as sentence-transformers reads them, in all of its versions. */
    static Map<String, String> texts(SentenceSettings settings, int width, int maxLength) {
        JsonArray modules = new JsonArray();
        modules.add(module(0, "", TRANSFORMER));
        modules.add(module(1, POOLING_FOLDER, POOLED));
        Map<String, String> texts = new LinkedHashMap<>();
        for (SentenceDense layer : settings.dense()) {
            String folder = folder(modules.size(), DENSE);
            modules.add(module(modules.size(), folder, DENSE));
            texts.put(folder + "/" + CONFIG, layer.description());
        }
        if (settings.normalize()) {
            String folder = folder(modules.size(), NORMALIZED);
            modules.add(module(modules.size(), folder, NORMALIZED));
            texts.put(folder + "/" + CONFIG, JsonFiles.text(new JsonObject()));
        }
        JsonObject pooling = new JsonObject();
        pooling.addProperty("word_embedding_dimension", width);
        for (Pooling known : Pooling.values()) {
            if (known != Pooling.POOLER) { // sentence-transformers refuses names it does not know
                pooling.addProperty(known.flag(), known == settings.pooling());
            }
        }
        pooling.addProperty("include_prompt", true);
        JsonObject transformer = new JsonObject();
        transformer.addProperty("max_seq_length", maxLength);
        transformer.addProperty("do_lower_case", settings.lowerCase());
        texts.put(MODULES, JsonFiles.text(modules));
        texts.put(POOLING_FOLDER + "/" + CONFIG, JsonFiles.text(pooling));
        texts.put(CompanionFiles.TRANSFORMER, JsonFiles.text(transformer));
        texts.put(CompanionFiles.PROMPTS, JsonFiles.text(promptConfig(settings)));
        return texts;
    }

    private static String folder(int number, String type) {
        return number + "_" + type;
    }

    /** Copies the weights of layers into the folders of a written model. */
    static void copyDense(List<SentenceDense> layers, Path model) throws IOException {
        for (int i = 0; i < layers.size(); i++) {
            Path folder = model.resolve(folder(2 + i, DENSE));
            Files.copy(layers.get(i).weights(), folder.resolve(Checkpoint.FILE));
        }
    }

    private static JsonObject module(int number, String path, String type) {
        JsonObject module = new JsonObject();
        module.addProperty("idx", number);
        module.addProperty("name", Integer.toString(number));
        module.addProperty("path", path);
        module.addProperty("type", "sentence_transformers.models." + type);
        return module;
    }

    private static JsonObject promptConfig(SentenceSettings settings) {
        JsonObject prompts = new JsonObject();
        boolean plain = !settings.prompt().isEmpty();
        if (plain) {
            prompts.addProperty("default", settings.prompt());
        }
        if (plain || !settings.queryPrompt().isEmpty() || !settings.passagePrompt().isEmpty()) {
            prompts.addProperty("query", settings.queryPrompt());
            prompts.addProperty("document", settings.passagePrompt());
        }
        JsonObject config = new JsonObject();
        config.add("prompts", prompts);
        config.addProperty("default_prompt_name", plain ? "default" : null);
        config.addProperty("similarity_fn_name", "cosine");
        return config;
    }

    static boolean describes(ModelDirectory model) {
        return model.traits().ownVector()
                || model.file(MODULES).filter(SentenceFiles::pools).isPresent()
                || model.servingProperty("translatorFactory")
                        .filter(factory -> factory.endsWith(EMBEDDINGS))
                        .isPresent();
    }

    /** Tells whether modules give vectors; those of a cross-encoder do not. A broken file may. */
    private static boolean pools(Path file) {
        try {
            List<String> types = modules(file).stream().map(Module::type).toList();
            return !types.equals(List.of(TRANSFORMER)) && !types.contains(LogitScore.MODULE);
        } catch (IOException e) {
            return true;
        }
    }

    static boolean servesVectors(ModelDirectory model) {
        return model.servingProperty("translatorFactory")
                .map(factory -> factory.endsWith(EMBEDDINGS) || factory.startsWith(OWN))
                .orElse(true);
    }

    static Optional<String> onlyDjl(ModelDirectory model) {
        return DJL_ALONE.stream()
                .filter(
                        key ->
                                model.servingProperty(key)
                                        .filter(value -> !value.isEmpty())
                                        .filter(value -> !value.equalsIgnoreCase("false"))
                                        .isPresent())
                .findFirst();
    }

    SentenceSettings read(Consumer<String> note) throws IOException {
        SentenceSettings settings = prompts(modules(), note);
        if (!describes(model)) {
            note.accept(
                    ("Nothing in '%s' tells how a text becomes a vector; the mean of its tokens is"
                                    + " taken and scaled to length 1")
                            .formatted(model.path()));
        }
        return serving(settings, note);
    }

    /** Reads the modules through which a text goes. */
    SentenceSettings modules() throws IOException {
        if (model.traits().ownVector()) {
            return SentenceSettings.DEFAULT.withPooling(Pooling.POOLER);
        }
        Optional<Path> file = model.file(MODULES);
        if (file.isEmpty()) {
            return SentenceSettings.DEFAULT;
        }
        List<Module> modules = modules(file.get());
        for (Module module : modules) {
            if (!List.of(TRANSFORMER, POOLED, DENSE, NORMALIZED).contains(module.type())) {
                throw new MalformedFileException(
                        file.get(),
                        "has the module "
                                + quote(module.type())
                                + ", which is not supported: vectors would be others than those"
                                + " that the model was trained to give");
            }
        }
        List<String> types = modules.stream().map(Module::type).toList();
        if (!String.join(" ", types).matches("Transformer Pooling( Dense)*( Normalize)?")) {
            throw new MalformedFileException(
                    file.get(),
                    "has the modules "
                            + types
                            + " where Transformer, Pooling, any Dense and perhaps Normalize are"
                            + " expected; get the file of the original model again");
        }
        List<Path> dense =
                modules.stream()
                        .filter(module -> module.type().equals(DENSE))
                        .map(module -> model.path().resolve(module.path()))
                        .toList();
        return SentenceSettings.DEFAULT
                .withPooling(pooling(modules.get(1)))
                .withNormalize(types.contains(NORMALIZED))
                .withDense(model.dense(dense));
    }

    record Module(String type, String path) {}

    static List<Module> modules(Path file) throws IOException {
        JsonElement json = JsonFiles.read(file);
        if (!json.isJsonArray()) {
            throw new MalformedFileException(file, "is not a list of modules");
        }
        List<Module> modules = new ArrayList<>();
        for (JsonElement entry : json.getAsJsonArray()) {
            JsonFields module =
                    JsonFields.of(file.toString(), entry, "has a module that is not a JSON object");
            String type = module.string("type", "");
            String path = module.string("path", "");
            if (path.contains("/") || path.contains("\\") || path.startsWith("..")) {
                throw new MalformedFileException(
                        file, "has a module in " + quote(path) + ", which is no folder beside it");
            }
            modules.add(new Module(type.substring(type.lastIndexOf('.') + 1), path));
        }
        return modules;
    }

    private Pooling pooling(Module module) throws IOException {
        Path file = model.path().resolve(module.path()).resolve(CONFIG);
        if (!Files.isRegularFile(file)) {
            throw new IOException(
                    ("'%s' is missing, which tells how the model pools; copy it from the original"
                                    + " model")
                            .formatted(file));
        }
        JsonFields config = JsonFields.read(file);
        List<String> chosen = new ArrayList<>(config.strings("pooling_mode"));
        for (Pooling pooling : Pooling.values()) {
            if (config.bool(pooling.flag(), false)) {
                chosen.add(pooling.servingName());
            }
        }
        if (chosen.size() > 1) {
            throw new MalformedFileException(
                    file,
                    "chooses several poolings at once ("
                            + quote(String.join(", ", chosen))
                            + "), which is not supported; use a model with one of them");
        }
        Optional<Pooling> found = chosen.stream().flatMap(name -> named(name).stream()).findFirst();
        return found.orElseThrow(
                () ->
                        new MalformedFileException(
                                file,
                                "chooses no pooling that is known here, which are "
                                        + Arrays.toString(Pooling.values())));
    }

    /** Finds a pooling by the name in serving.properties or in newer files of modules. */
    private static Optional<Pooling> named(String name) {
        return Arrays.stream(Pooling.values())
                .filter(p -> p.servingName().equals(name) || p.flag().equals(FLAG + name))
                .findFirst();
    }

    /** Reads prompts, and what is done with texts before they are encoded. */
    private SentenceSettings prompts(SentenceSettings settings, Consumer<String> note)
            throws IOException {
        Map<String, String> prompts = prompts();
        Path promptFile = model.path().resolve(CompanionFiles.PROMPTS);
        JsonFields config = model.fields(CompanionFiles.PROMPTS);
        Optional<String> chosen = config.string("default_prompt_name");
        String plain = chosen.map(prompts::get).orElse("");
        if (chosen.isPresent() && !prompts.containsKey(chosen.get())) {
            throw new MalformedFileException(
                    promptFile,
                    "names the prompt " + quote(chosen.get()) + ", which is not among its prompts");
        }
        String passage = plain;
        for (String name : List.of("corpus", "passage", "document")) {
            passage = prompts.getOrDefault(name, passage);
        }
        config.string("similarity_fn_name")
                .filter(name -> !name.equals("cosine"))
                .filter(name -> !(name.equals("dot") && settings.normalize()))
                .ifPresent(
                        name ->
                                note.accept(
                                        "'%s' compares vectors by '%s'; here they are compared by cosine"
                                                .formatted(promptFile, name)));
        SentenceSettings read =
                new SentenceSettings(
                        settings.pooling(),
                        settings.normalize(),
                        plain,
                        prompts.getOrDefault("query", plain),
                        passage,
                        model.fields(CompanionFiles.TRANSFORMER)
                                .bool("do_lower_case", model.traits().filledTexts()),
                        settings.dense());
        requirePromptsInPooling(read);
        return read;
    }

    /** Replaces prompts by others, or those that they name. */
    SentenceSettings prompted(
            SentenceSettings settings, Optional<String> query, Optional<String> passage)
            throws IOException {
        Map<String, String> prompts = prompts();
        SentenceSettings prompted =
                settings.withPrompts(
                        settings.prompt(),
                        query.map(name -> prompts.getOrDefault(name, name))
                                .orElse(settings.queryPrompt()),
                        passage.map(name -> prompts.getOrDefault(name, name))
                                .orElse(settings.passagePrompt()));
        requirePromptsInPooling(prompted);
        return prompted;
    }

    /** Reads the prompts by their names. */
    Map<String, String> prompts() throws IOException {
        JsonFields file = model.fields(CompanionFiles.PROMPTS);
        file.object("prompts");
        JsonFields prompts = file.within("prompts");
        Map<String, String> byName = new LinkedHashMap<>();
        for (String name : prompts.json().keySet()) {
            prompts.string(name).ifPresent(prompt -> byName.put(name, prompt));
        }
        return byName;
    }

    private void requirePromptsInPooling(SentenceSettings settings) throws IOException {
        if (model.file(MODULES).isEmpty()
                || settings.pooling() == Pooling.POOLER
                || (settings.prompt().isEmpty()
                        && settings.queryPrompt().isEmpty()
                        && settings.passagePrompt().isEmpty())) {
            return;
        }
        String path = modules(model.file(MODULES).get()).get(1).path();
        Path file = model.path().resolve(path).resolve(CONFIG);
        if (!JsonFields.read(file).bool("include_prompt", true)) {
            throw new MalformedFileException(
                    file,
                    "leaves the prompt out of the pooling (include_prompt), which is not supported;"
                            + " use another model");
        }
    }

    /** Reads the number of tokens to which texts are truncated, empty if that is not told. */
    OptionalInt maxLength() throws IOException {
        return model.fields(CompanionFiles.TRANSFORMER).atLeast(1, "max_seq_length");
    }

    /** Lets what DJL's translator is told go before what other files say. */
    private SentenceSettings serving(SentenceSettings settings, Consumer<String> note)
            throws IOException {
        if (!servesVectors(model)) {
            return settings; // the entries are for another translator
        }
        Path file = model.path().resolve(SERVING);
        Optional<String> onlyDjl = onlyDjl(model);
        if (onlyDjl.isPresent()) {
            throw new MalformedFileException(
                    file,
                    ("has the entry %s, which only DJL's own translator follows; use a model"
                                    + " without it")
                            .formatted(onlyDjl.get()));
        }
        SentenceSettings changed = settings;
        Optional<String> pooling = model.servingProperty(POOLING);
        if (pooling.isPresent()) {
            changed =
                    changed.withPooling(
                            named(pooling.get())
                                    .orElseThrow(() -> unknownPooling(file, pooling.get())));
        }
        Optional<String> normalize = model.servingProperty(NORMALIZE);
        if (normalize.isPresent()) {
            changed = changed.withNormalize(Boolean.parseBoolean(normalize.get()));
        }
        if (model.file(MODULES).isPresent() && !changed.equals(settings)) {
            note.accept(
                    ("'%s' says other than '%s' how vectors are made (%s); it is followed, as DJL"
                                    + " does")
                            .formatted(file, model.path().resolve(MODULES), described(changed)));
        }
        return changed;
    }

    private static MalformedFileException unknownPooling(Path file, String pooling) {
        return new MalformedFileException(
                file,
                "has the pooling %s, which is none of %s"
                        .formatted(
                                quote(pooling),
                                Arrays.stream(Pooling.values())
                                        .map(Pooling::servingName)
                                        .toList()));
    }

    private static String described(SentenceSettings settings) {
        return "pooling %s, %s"
                .formatted(
                        settings.pooling(),
                        settings.normalize() ? "scaled to length 1" : "not scaled");
    }
}
