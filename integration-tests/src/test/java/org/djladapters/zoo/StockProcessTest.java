/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.modality.cv.BufferedImageFactory;
import ai.djl.modality.cv.Image;
import ai.djl.modality.nlp.translator.NamedEntity;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.util.StringPair;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.assertj.core.data.Offset;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.checkpoint.head.LabelsFile;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.Models;
import org.djladapters.task.TaskModel;
import org.djladapters.task.TaskTranslatorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Merged models in a process that has DJL's own jars, what they need, and nothing else. */
class StockProcessTest {

    private static final List<String> LABELS = List.of("billing", "delivery", "other");
    private static final String TEXT = "the bill is wrong";

    /**
     * Numbers of size one, of a few layers in float32, computed in another process by products that
     * may add up in another order: some 40 units in the last place and as much again.
     */
    private static final Offset<Double> CLOSE = Offset.offset(1e-5);

    /**
     * Where DJL resizes a picture, it rounds down: half a level of 255 on average, and much of what
     * noise has left after it is made small.
     */
    private static final Offset<Double> RESIZED = Offset.offset(0.03);

    @TempDir Path folder;

    @Test
    void stockCriteriaAndTranslatorsGiveThePredictionsOfTheAdaptedModel() throws Exception {
        Map<String, String> labels = Map.of(AdapterDirectory.LABELS, LabelsFile.text(LABELS));
        Export texts = export("tiny-bert", new HeadConfig(3, HeadConfig.Pooling.MEAN), labels);
        Export embeddings = export("tiny-roberta", null, Map.of());
        Export images = export("tiny-dinov2", new HeadConfig(3, HeadConfig.Pooling.CLS), labels);
        Export ownHead = export("tiny-vit", null, Map.of());
        Path small = picture("small.png", Pictures.noise(images.size(), images.size()));
        Path large = picture("large.png", Pictures.noise(3 * images.size(), 2 * images.size()));
        Path fitting = picture("fitting.png", Pictures.noise(ownHead.size(), ownHead.size()));

        List<String> lines =
                run(
                        List.of(
                                List.of("text", texts.merged().toString(), TEXT),
                                List.of("embedding", embeddings.merged().toString(), TEXT),
                                List.of("image", images.merged().toString(), small.toString()),
                                List.of("image", images.merged().toString(), large.toString()),
                                List.of("image", ownHead.merged().toString(), fitting.toString())));

        assertThat(lines).hasSize(5);
        requireClose(lines.get(0), classes(texts.classify(TEXT)), CLOSE);
        requireClose(lines.get(1), embeddings.predict(String.class, float[].class, TEXT), 1e-5);
        requireClose(lines.get(2), classes(images.classify(small)), CLOSE);
        requireClose(lines.get(3), classes(images.classify(large)), RESIZED);
        requireClose(lines.get(4), classes(ownHead.classify(fitting)), CLOSE);
    }

    /** DJL's translators have no classes of pairs, but give what these are made of. */
    @Test
    void stockTranslatorsGivePairsAndRegressionsTheirOwnNumbers() throws Exception {
        HeadConfig three = new HeadConfig(3, HeadConfig.Pooling.MEAN);
        HeadConfig one = new HeadConfig(1, HeadConfig.Pooling.CLS);
        Export classes = export("tiny-bert", three, pairs(LabelsFile.text(LABELS)));
        Export similarity = export("tiny-roberta", one, pairs("[]"));
        Export score = export("tiny-bert", one, Map.of(AdapterDirectory.LABELS, "[]"));
        Export size = export("tiny-dinov2", one, Map.of(AdapterDirectory.LABELS, "[]"));
        Path picture = picture("small.png", Pictures.noise(size.size(), size.size()));

        List<String> lines =
                run(
                        List.of(
                                List.of("pair", classes.merged().toString(), TEXT),
                                List.of("pair", similarity.merged().toString(), TEXT),
                                List.of("number", score.merged().toString(), TEXT),
                                List.of("numbers", size.merged().toString(), picture.toString())));

        StringPair pair = new StringPair(TEXT, "is it true");
        Map<String, Double> expected = classes(classes.classify(pair));
        double[] logits = numbers(lines.get(0));
        double sum = Arrays.stream(logits).map(Math::exp).sum();
        for (int i = 0; i < LABELS.size(); i++) {
            assertThat(Math.exp(logits[i]) / sum).isCloseTo(expected.get(LABELS.get(i)), CLOSE);
        }
        requireClose(
                lines.get(1),
                new float[] {similarity.predict(StringPair.class, Float.class, pair)},
                1e-5);
        requireClose(
                lines.get(2), new float[] {score.predict(String.class, Float.class, TEXT)}, 1e-5);
        Image image = new BufferedImageFactory().fromFile(picture);
        requireClose(
                lines.get(3), new float[] {size.predict(Image.class, Float.class, image)}, 1e-5);
        // a sigmoid of them would be another number
        assertThat(lines.subList(1, 4)).anyMatch(line -> Math.abs(numbers(line)[0]) > 1);
    }

    /** DJL's translator tags every token; a task model reads a word's tag at its first one. */
    @Test
    void theStockTranslatorTagsTokensAsTheAdaptedModelDoes() throws Exception {
        List<String> tags = List.of("O", "B-person", "I-person");
        Export tokens =
                export(
                        "tiny-bert",
                        new HeadConfig(3, HeadConfig.Pooling.NONE),
                        Map.of(
                                AdapterDirectory.LABELS,
                                LabelsFile.text(tags),
                                AdapterDirectory.PROVENANCE,
                                "{\"options\": {\"task\": \"TOKEN_CLASSIFICATION\"}}"));

        List<String> lines = run(List.of(List.of("tokens", tokens.merged().toString(), TEXT)));

        assertThat(ModelDirectory.open(tokens.merged()).labels()).isEqualTo(tags);
        Map<String, Double> expected = tagged(tokens, tags);
        assertThat(expected).isNotEmpty();
        requireClose(lines.get(0), expected, CLOSE);
        try (TaskModel<String, NamedEntity[]> task =
                TaskModel.open(
                        tokens.base(), tokens.adapter(), String.class, NamedEntity[].class)) {
            assertThat(task.usage())
                    .contains("NamedEntity[].class", "a tag for each token, up to the maximum");
        }
        Criteria<String, NamedEntity[]> criteria =
                Criteria.builder()
                        .setTypes(String.class, NamedEntity[].class)
                        .optModelPath(tokens.merged())
                        .optTranslatorFactory(new TaskTranslatorFactory())
                        .build();
        try (ZooModel<String, NamedEntity[]> model = criteria.loadModel();
                Predictor<String, NamedEntity[]> predictor = model.newPredictor()) {
            assertThat(predictor.predict(TEXT))
                    .extracting(NamedEntity::toString)
                    .containsExactly(
                            Arrays.stream(tokens.predict(String.class, NamedEntity[].class, TEXT))
                                    .map(NamedEntity::toString)
                                    .toArray(String[]::new));
        }
    }

    /** The tags of the tokens that are not O, by start and tag, with their probabilities. */
    private static Map<String, Double> tagged(Export export, List<String> tags) throws Exception {
        Map<String, Double> tagged = new HashMap<>();
        try (TaskModel<NDList, NDList> task =
                        TaskModel.open(
                                export.base(), export.adapter(), NDList.class, NDList.class);
                NDManager manager = NDManager.newBaseManager("PyTorch");
                HuggingFaceTokenizer tokenizer =
                        HuggingFaceTokenizer.newInstance(export.base().resolve("tokenizer.json"))) {
            Encoding encoding = tokenizer.encode(TEXT);
            NDList inputs = encoding.toNDList(manager, true, false);
            inputs.replaceAll(array -> array.expandDims(0));
            NDList outputs = task.predict(inputs);
            float[] probabilities = outputs.singletonOrThrow().softmax(2).toFloatArray();
            for (int i = 0; i < encoding.getIds().length; i++) {
                int start = 3 * i;
                int best =
                        IntStream.range(0, 3)
                                .boxed()
                                .max(Comparator.comparing(tag -> probabilities[start + tag]))
                                .orElseThrow();
                if (encoding.getSpecialTokenMask()[i] == 0 && best > 0) {
                    int place = encoding.getCharTokenSpans()[i].getStart();
                    tagged.put(place + tags.get(best), (double) probabilities[start + best]);
                }
            }
        }
        return tagged;
    }

    @Test
    void stockTranslatorsAnswerAndRerank() throws Exception {
        HeadConfig spans = new HeadConfig(2, HeadConfig.Pooling.SPAN);
        HeadConfig one = new HeadConfig(1, HeadConfig.Pooling.MEAN);
        Export answers = export("tiny-bert", spans, learned("QUESTION_ANSWERING", Map.of()));
        Map<String, String> number = Map.of(AdapterDirectory.LABELS, "[]");
        Export scores = export("tiny-roberta", one, learned("RERANKING", number));

        List<String> lines =
                run(
                        List.of(
                                List.of("answer", answers.merged().toString(), TEXT),
                                List.of("pair", scores.merged().toString(), TEXT)));

        assertThat(lines.get(0)).isEqualTo(bestByItself(answers));
        StringPair pair = new StringPair(TEXT, "is it true");
        requireClose(
                lines.get(1),
                new float[] {scores.predict(StringPair.class, Float.class, pair)},
                1e-5);
    }

    /**
     * The words from the most likely first token to the most likely last one, as DJL finds them.
     */
    private static String bestByItself(Export answers) throws Exception {
        try (AdaptedModel model = AdaptedModel.open(answers.base());
                NDManager manager = NDManager.newBaseManager("PyTorch");
                HuggingFaceTokenizer tokenizer =
                        HuggingFaceTokenizer.newInstance(
                                answers.base().resolve("tokenizer.json"))) {
            AdapterDirectory.load(model, "a", answers.adapter());
            Encoding encoding = tokenizer.encode("where is it?", TEXT);
            NDList inputs = encoding.toNDList(manager, true, false);
            inputs.replaceAll(array -> array.expandDims(0));
            NDList outputs = model.predict(inputs);
            int first = 0;
            while (encoding.getSequenceIds()[first] != 1) {
                first++;
            }
            String context = "0, %d:-1".formatted(first); // without the last separator
            long a = first + outputs.get("start_logits").get(context).argMax().getLong();
            long b = first + outputs.get("end_logits").get(context).argMax().getLong();
            return tokenizer
                    .decode(
                            Arrays.copyOfRange(
                                    encoding.getIds(),
                                    (int) Math.min(a, b),
                                    (int) Math.max(a, b) + 1))
                    .trim();
        }
    }

    private static Map<String, String> learned(String task, Map<String, String> others) {
        Map<String, String> texts = new HashMap<>(others);
        texts.put(AdapterDirectory.PROVENANCE, "{\"options\": {\"task\": \"%s\"}}".formatted(task));
        return texts;
    }

    private static Map<String, String> pairs(String labels) {
        return Map.of(
                AdapterDirectory.LABELS,
                labels,
                AdapterDirectory.PROVENANCE,
                "{\"options\": {\"pairs\": \"true\"}}");
    }

    private static double[] numbers(String line) {
        return Arrays.stream(line.replaceAll("[\\[\\] ]", "").split(","))
                .mapToDouble(Double::parseDouble)
                .toArray();
    }

    private static void requireClose(String line, float[] expected, double tolerance) {
        double[] found = numbers(line);
        assertThat(found).hasSize(expected.length);
        for (int i = 0; i < found.length; i++) {
            assertThat(found[i]).isCloseTo(expected[i], Offset.offset(tolerance));
        }
    }

    /** An adapter and the model that it was merged into. */
    private record Export(Path base, Path adapter, Path merged) {

        int size() throws IOException {
            return ModelDirectory.open(base).imageSize().orElseThrow();
        }

        Classifications classify(String text) throws Exception {
            return predict(String.class, Classifications.class, text);
        }

        Classifications classify(StringPair pair) throws Exception {
            return predict(StringPair.class, Classifications.class, pair);
        }

        Classifications classify(Path picture) throws Exception {
            Image image = new BufferedImageFactory().fromFile(picture);
            return predict(Image.class, Classifications.class, image);
        }

        /** Predicts with the unmerged adapter. */
        <I, O> O predict(Class<I> type, Class<O> result, I input) throws Exception {
            try (TaskModel<I, O> task = TaskModel.open(base, adapter, type, result)) {
                return task.predict(input);
            }
        }
    }

    private Export export(String base, HeadConfig head, Map<String, String> texts)
            throws Exception {
        String name = base + (head == null ? "" : "-" + head.outputs());
        Path adapter = TrainedAdapters.save(base, head, texts, folder.resolve("adapter-" + name));
        Path merged = folder.resolve("merged-" + name);
        try (TaskModel<NDList, NDList> task =
                TaskModel.open(Models.directory(base), adapter, NDList.class, NDList.class)) {
            task.export(merged);
        }
        return new Export(Models.directory(base), adapter, merged);
    }

    private Path picture(String name, BufferedImage image) throws IOException {
        Path file = folder.resolve(name);
        ImageIO.write(image, "png", file.toFile());
        return file;
    }

    private List<String> run(List<List<String>> predictions) throws Exception {
        return StockProcess.run(folder, predictions);
    }

    private static Map<String, Double> classes(Classifications result) {
        Map<String, Double> classes = new HashMap<>();
        List<Classifications.Classification> items = result.items();
        items.forEach(item -> classes.put(item.getClassName(), item.getProbability()));
        return classes;
    }

    private static void requireClose(
            String line, Map<String, Double> expected, Offset<Double> tolerance) {
        List<String> found = List.of(line.split(" "));
        assertThat(found).hasSameSizeAs(expected.keySet());
        for (String entry : found) {
            int end = entry.indexOf('=');
            double probability = Double.parseDouble(entry.substring(end + 1));
            assertThat(probability).isCloseTo(expected.get(entry.substring(0, end)), tolerance);
        }
    }
}
