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
import dev.langchain4j.model.embedding.onnx.OnnxEmbeddingModel;
import dev.langchain4j.model.embedding.onnx.PoolingMode;
import dev.langchain4j.model.embedding.onnx.allminilml6v2.AllMiniLmL6V2EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.allminilml6v2q.AllMiniLmL6V2QuantizedEmbeddingModel;

import org.djladapters.adapter.Methods;
import org.djladapters.data.LabelSpace;
import org.djladapters.data.TaskKind;
import org.djladapters.examples.builtin.BuiltInModel;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.langchain4j.Langchain4jEmbeddingModel;
import org.djladapters.model.AdaptedModel;
import org.djladapters.matmul.Matmul;
import org.djladapters.task.TaskModel;
import org.djladapters.task.Metrics;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Measures how many vectors a second all-MiniLM-L6-v2 gives for texts: in ONNX Runtime through
 * LangChain4j, as an export in DJL alone, in an adapted model with a compound adapter on all linear
 * layers, and as the export of that with the adapter merged; and in int8, as an ONNX file and as a
 * TorchScript export of this library, and as the quantized model that LangChain4j ships.
 *
 * <p>All have the same weights, as a new adapter changes nothing, and run interleaved in one process,
 * one text at a time, 8 and 32; tokenizing is part of it. That they give the same vectors is checked
 * first, those in int8 nearly. Prints a Markdown table of medians over the rounds and ends with a
 * line of JSON. With data for it, also prints what int8 costs in quality.
 */
final class Vectors {

    private static final int TEXTS = 64;
    private static final int[] AT_A_TIME = {1, 8, 32};
    private static final int WARM_UP_ROUNDS = 3;

    /** Those in int8. */
    private static final Set<String> INT8 = Set.of("int8", "onnx_int8", "langchain4j_q");

    private static final LabelSpace NUMBERS = new LabelSpace(TaskKind.REGRESSION, List.of());

    private static final int QUERIES = 500;
    private static final int PASSAGES = 3000;
    private static final int BATCH = 32;
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
     * @param arguments how many rounds count (default 10); a file to write the texts to, for {@code
     *     vectors.py}; and for the quality tables with a header: label, sentence1, sentence2 (pairs
     *     with scores), sentence1, sentence2 (queries and passages), id, text (passages)
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
            Path file = exports.resolve("base.onnx");
            try (InputStream in = Vectors.class.getResourceAsStream("/all-minilm-l6-v2.onnx")) {
                Files.copy(in, file);
            }
            try (TaskModel<NDList, NDList> task =
                    TaskModel.of(adapted, NDList.class, NDList.class)) {
                task.exportInt8(exports.resolve("int8"));
                task.exportOnnxInt8(file, exports.resolve("onnx"), f -> {}, f -> {});
            }
            EmbeddingModel ownInt8 =
                    new OnnxEmbeddingModel(
                            exports.resolve("onnx/model.onnx"),
                            exports.resolve("onnx/tokenizer.json"),
                            PoolingMode.MEAN);
            EmbeddingModel shipped = new AllMiniLmL6V2QuantizedEmbeddingModel();
            printSizes(exports);
            try (Model stock = load(exports.resolve("stock"));
                    Model int8 = load(exports.resolve("int8"));
                    Predictor<String, float[]> small = int8.newPredictor(translator(folder));
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
                encoders.put("int8", small::batchPredict);
                encoders.put("onnx_int8", some -> embedded(ownInt8, some));
                encoders.put("langchain4j_q", some -> embedded(shipped, some));
                requireSame(encoders, texts);
                if (arguments.length > 2) {
                    printQuality(encoders, arguments[2], arguments[3], arguments[4]);
                }
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
                if (!(cosine > (INT8.contains(encoder.getKey()) ? 0.97 : 0.99999))) {
                    throw new IllegalStateException(
                            "The vectors of %s differ from those of stock: cosine %f"
                                    .formatted(encoder.getKey(), cosine));
                }
            }
        }
    }

    private static void printSizes(Path exports) throws IOException {
        try (InputStream in =
                Vectors.class.getResourceAsStream("/all-minilm-l6-v2-q.onnx")) {
            System.out.printf(
                    "Bytes: float32 %d, int8 %d, onnx_int8 %d, langchain4j_q %d%n",
                    Files.size(ModelDirectory.open(exports.resolve("stock")).archive().get()),
                    Files.size(ModelDirectory.open(exports.resolve("int8")).archive().get()),
                    Files.size(exports.resolve("onnx/model.onnx")),
                    in.readAllBytes().length);
        }
    }

    /** Prints the quality in float32 and in int8. */
    private static void printQuality(
            Map<String, Encoder> encoders, String scored, String pairs, String corpus)
            throws Exception {
        List<Map<String, String>> scores = rows(scored, Integer.MAX_VALUE);
        List<Map<String, String>> queries = rows(pairs, QUERIES);
        List<String> passages = column(rows(corpus, PASSAGES), "text");
        System.out.println("| quality | Spearman | recall@1 | MRR@10 |\n|---|---|---|---|");
        for (Map.Entry<String, Encoder> encoder : encoders.entrySet()) {
            if (!INT8.contains(encoder.getKey()) && !encoder.getKey().equals("stock")) {
                continue;
            }
            List<float[]> left = vectors(encoder.getValue(), column(scores, "sentence1"));
            List<float[]> right = vectors(encoder.getValue(), column(scores, "sentence2"));
            double[] found = new double[scores.size()];
            for (int i = 0; i < found.length; i++) {
                found[i] = dot(left.get(i), right.get(i));
            }
            double[] labels =
                    column(scores, "label").stream().mapToDouble(Double::parseDouble).toArray();
            List<float[]> asked = vectors(encoder.getValue(), column(queries, "sentence1"));
            List<float[]> searched = vectors(encoder.getValue(), passages);
            double first = 0;
            double reciprocal = 0;
            for (int i = 0; i < asked.size(); i++) {
                float[] query = asked.get(i);
                int own = passages.indexOf(queries.get(i).get("sentence2"));
                double score = dot(query, searched.get(own));
                long rank = 1 + searched.stream().filter(p -> dot(query, p) > score).count();
                first += rank == 1 ? 1 : 0;
                reciprocal += rank <= 10 ? 1.0 / rank : 0;
            }
            System.out.printf(
                    "| %s | %.4f | %.4f | %.4f |%n",
                    encoder.getKey(),
                    Metrics.of(NUMBERS, found, labels).get("spearman"),
                    first / asked.size(),
                    reciprocal / asked.size());
        }
    }

    private static List<float[]> vectors(Encoder encoder, List<String> texts)
            throws TranslateException {
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, texts.size()).boxed().toList());
        order.sort(Comparator.comparingInt(i -> texts.get(i).length()));
        float[][] vectors = new float[texts.size()][];
        for (int from = 0; from < order.size(); from += BATCH) {
            List<Integer> batch = order.subList(from, Math.min(from + BATCH, order.size()));
            List<float[]> given = encoder.encode(batch.stream().map(texts::get).toList());
            for (int i = 0; i < batch.size(); i++) {
                vectors[batch.get(i)] = given.get(i);
            }
        }
        return Arrays.asList(vectors);
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    private static List<Map<String, String>> rows(String table, int most) throws IOException {
        List<String> lines = Files.readAllLines(Path.of(table));
        String[] header = lines.get(0).split("\t");
        List<Map<String, String>> rows = new ArrayList<>();
        for (String line : lines.subList(1, 1 + Math.min(lines.size() - 1, most))) {
            String[] cells = line.split("\t", -1);
            Map<String, String> row = new LinkedHashMap<>();
            for (int i = 0; i < header.length; i++) {
                row.put(header[i], cells[i]);
            }
            rows.add(row);
        }
        return rows;
    }

    private static List<String> column(List<Map<String, String>> rows, String name) {
        return rows.stream().map(row -> row.get(name)).toList();
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
