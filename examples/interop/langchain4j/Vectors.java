/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
import ai.djl.Model;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.translator.TextEmbeddingTranslator;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.util.Utils;

import com.google.gson.JsonObject;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.allminilml6v2.AllMiniLmL6V2EmbeddingModel;

import org.djladapters.adapter.Methods;
import org.djladapters.examples.builtin.BuiltInModel;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.langchain4j.Langchain4jEmbeddingModel;
import org.djladapters.model.AdaptedModel;
import org.djladapters.matmul.Matmul;
import org.djladapters.task.TaskModel;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Measures how many vectors a second all-MiniLM-L6-v2 gives for texts: in ONNX Runtime through
 * LangChain4j, as an export in DJL alone, in an adapted model with a compound adapter on all linear
 * layers, and as the export of that with the adapter merged.
 *
 * <p>All have the same weights, as a new adapter changes nothing, and run interleaved in one process,
 * one text at a time, 8 and 32; tokenizing is part of it. That they give the same vectors is checked
 * first. Prints a Markdown table of medians over the rounds and ends with a line of JSON.
 */
final class Vectors {

    private static final int TEXTS = 64;
    private static final int[] AT_A_TIME = {1, 8, 32};
    private static final int WARM_UP_ROUNDS = 3;
    private static final int DEFAULT_ROUNDS = 10;

    /** Words of one token each. */
    private static final List<String> WORDS =
            List.of(
                    ("the of and in to was is for as on with by he that at from his it an were are"
                         + " which this also be had first one their its new after who they two her"
                         + " she been other when time during there into all school more years over"
                         + " only would year some world between later city made work people river"
                         + " water house small music north company station")
                            .split(" "));

    private Vectors() {}

    /** A model of texts. */
    private interface Encoder {

        /** Gives the vectors of texts that are passed at once. */
        List<float[]> encode(List<String> texts) throws TranslateException;
    }

    /** What is timed. */
    private record Candidate(String name, Encoder encoder, int atATime, List<Double> rates) {

        Candidate(String name, Encoder encoder, int atATime) {
            this(name, encoder, atATime, new ArrayList<>());
        }

        /** Encodes the texts and returns the vectors a second. */
        double measure(List<String> texts) throws TranslateException {
            long start = System.nanoTime();
            for (int from = 0; from < texts.size(); from += atATime) {
                encoder.encode(texts.subList(from, Math.min(from + atATime, texts.size())));
            }
            return texts.size() / ((System.nanoTime() - start) / 1e9);
        }

        double median() {
            double[] sorted = rates.stream().mapToDouble(rate -> rate).sorted().toArray();
            int middle = sorted.length / 2;
            return sorted.length % 2 == 1
                    ? sorted[middle]
                    : (sorted[middle - 1] + sorted[middle]) / 2;
        }
    }

    /**
     * Measures.
     *
     * @param arguments how many rounds count (default 10), and a file to write the texts to, for
     *     {@code vectors.py}
     * @throws Exception if a model can't be made, or the models differ
     */
    public static void main(String[] arguments) throws Exception {
        int rounds = arguments.length == 0 ? DEFAULT_ROUNDS : Integer.parseInt(arguments[0]);
        List<String> texts = texts();
        if (arguments.length > 1) {
            Files.write(Path.of(arguments[1]), texts);
        }
        Path folder = BuiltInModel.ALL_MINILM_L6_V2.directory();
        Path exports = Files.createTempDirectory("vectors");
        EmbeddingModel onnx = new AllMiniLmL6V2EmbeddingModel();
        try (AdaptedModel adapted = AdaptedModel.open(folder)) {
            try (TaskModel<NDList, NDList> task =
                    TaskModel.of(adapted, NDList.class, NDList.class)) {
                task.export(exports.resolve("stock"), Matmul.MKL);
            }
            adapted.add("compound", Methods.defaultConfig("compound"));
            try (TaskModel<NDList, NDList> task =
                    TaskModel.of(adapted, NDList.class, NDList.class)) {
                task.export(exports.resolve("merged"));
                task.export(exports.resolve("onednn"), Matmul.ONEDNN);
            }
            try (Model stock = load(exports.resolve("stock"));
                    Model merged = load(exports.resolve("merged"));
                    Model oneDnn = load(exports.resolve("onednn"));
                    Predictor<String, float[]> alone = stock.newPredictor(translator(folder));
                    Langchain4jEmbeddingModel here =
                            Langchain4jEmbeddingModel.builder()
                                    .setModel(adapted)
                                    .optAdapter("compound")
                                    .build();
                    Predictor<String, float[]> exported =
                            merged.newPredictor(translator(folder));
                    Predictor<String, float[]> fast = oneDnn.newPredictor(translator(folder))) {
                Map<String, Encoder> encoders = new LinkedHashMap<>();
                encoders.put("langchain4j", some -> embedded(onnx, some));
                encoders.put("stock", alone::batchPredict);
                encoders.put("adapted", some -> embedded(here, some));
                encoders.put("merged", exported::batchPredict);
                encoders.put("merged_onednn", fast::batchPredict);
                requireSame(encoders, texts);
                interleave(encoders, texts, rounds);
            }
        } finally {
            Utils.deleteQuietly(exports);
        }
    }

    /** Loads an export as a program does that has nothing but DJL. */
    private static Model load(Path export) throws Exception {
        String name = ModelDirectory.open(export).name();
        Model model = Model.newInstance(name, "PyTorch");
        model.load(export, name, Map.of("mapLocation", "true"));
        return model;
    }

    private static Translator<String, float[]> translator(Path folder) throws Exception {
        ModelDirectory directory = ModelDirectory.open(folder);
        Map<String, String> arguments = directory.servingArguments();
        HuggingFaceTokenizer tokenizer =
                HuggingFaceTokenizer.builder(arguments).optTokenizerPath(folder).build();
        return TextEmbeddingTranslator.builder(tokenizer, arguments).build();
    }

    private static List<float[]> embedded(EmbeddingModel model, List<String> texts) {
        List<TextSegment> segments = texts.stream().map(TextSegment::from).toList();
        return model.embedAll(segments).content().stream().map(Embedding::vector).toList();
    }

    /** Draws texts of 16 to 96 tokens, the same each time. */
    private static List<String> texts() {
        Random random = new Random(42);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < TEXTS; i++) {
            int words = 14 + random.nextInt(81);
            texts.add(
                    String.join(
                            " ",
                            IntStream.range(0, words)
                                    .mapToObj(word -> WORDS.get(random.nextInt(WORDS.size())))
                                    .toList()));
        }
        return texts;
    }

    private static void requireSame(Map<String, Encoder> encoders, List<String> texts)
            throws TranslateException {
        List<float[]> expected = encoders.get("stock").encode(texts);
        for (Map.Entry<String, Encoder> encoder : encoders.entrySet()) {
            List<float[]> vectors = encoder.getValue().encode(texts);
            for (int i = 0; i < texts.size(); i++) {
                double cosine = 0;
                for (int k = 0; k < expected.get(i).length; k++) {
                    cosine += (double) expected.get(i)[k] * vectors.get(i)[k];
                }
                if (!(cosine > 0.99999)) {
                    throw new IllegalStateException(
                            "The vectors of %s differ from those of stock: cosine %f"
                                    .formatted(encoder.getKey(), cosine));
                }
            }
        }
    }

    private static void interleave(Map<String, Encoder> encoders, List<String> texts, int rounds)
            throws TranslateException {
        List<Candidate> candidates = new ArrayList<>();
        for (int atATime : AT_A_TIME) {
            encoders.forEach(
                    (name, encoder) -> candidates.add(new Candidate(name, encoder, atATime)));
        }
        List<Candidate> order = new ArrayList<>(candidates);
        Random random = new Random(42);
        for (int round = 0; round < WARM_UP_ROUNDS + rounds; round++) {
            Collections.shuffle(order, random);
            for (Candidate candidate : order) {
                double rate = candidate.measure(texts);
                if (round >= WARM_UP_ROUNDS) {
                    candidate.rates().add(rate);
                }
            }
        }
        print(candidates, rounds);
    }

    private static void print(List<Candidate> candidates, int rounds) {
        JsonObject line = new JsonObject();
        line.addProperty("model", "all-MiniLM-L6-v2");
        line.addProperty("texts", TEXTS);
        line.addProperty("rounds", rounds);
        System.out.println("| vectors a second | median | least | most |\n|---|---|---|---|");
        for (Candidate candidate : candidates) {
            double[] rates = candidate.rates().stream().mapToDouble(rate -> rate).toArray();
            System.out.printf(
                    "| %s, %d at a time | %.1f | %.1f | %.1f |%n",
                    candidate.name(),
                    candidate.atATime(),
                    candidate.median(),
                    Arrays.stream(rates).min().orElseThrow(),
                    Arrays.stream(rates).max().orElseThrow());
            line.addProperty(
                    "%s_%d_per_second".formatted(candidate.name(), candidate.atATime()),
                    Math.round(candidate.median() * 100) / 100.0);
        }
        System.out.println(line);
    }
}
