/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples;

import ai.djl.ModelException;
import ai.djl.inference.Predictor;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.DeferredTranslatorFactory;
import ai.djl.translate.TranslateException;
import java.awt.Color;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.math3.stat.StatUtils;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.data.Corpus;
import org.djladapters.data.PairData;
import org.djladapters.examples.builtin.BuiltInModel;
import org.djladapters.examples.plot.Axis;
import org.djladapters.examples.plot.Chart;
import org.djladapters.examples.plot.Figure;
import org.djladapters.examples.plot.Palette;
import org.djladapters.examples.plot.Series;
import org.djladapters.io.AtomicFiles;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.TaskModel;
import org.djladapters.task.option.AdaptedTexts;
import org.djladapters.task.option.EmbeddingOptions;
import org.djladapters.tuning.FineTuner;
import org.djladapters.tuning.FineTuningResult;
import org.djladapters.tuning.ProgressListener;

/**
 * Shows the whole life of an adapter. A sentence encoder searches a company's manual and learns the
 * names that people of the company have for things, by an adapter of questions alone, with which
 * the index of passages stays as it is, and by one of both. The search is compared before and after
 * fine-tuning, with a few seeds, on kinds of questions that it was not trained on. Adapters are
 * saved and used, and one is merged into a plain DJL model.
 */
public final class Demo {

    private static final int BATCH_SIZE = 32;
    private static final double LEARNING_RATE = 1e-2;

    /** Rotations of blocks of 92 features, on all linear layers of the encoder. */
    private static final CompoundConfig COMPOUND =
            CompoundConfig.builder()
                    .optOrders(1, 2, 3)
                    .optBlockSize(92)
                    .optTargets(Targets.allLinear())
                    .build();

    /** What is trained, the quickest first. */
    private enum Way {
        QUERIES(AdaptedTexts.QUERY, 3, 3, "queries alone", "the index stays as it is"),
        BOTH(AdaptedTexts.BOTH, 2, 2, "queries and passages", "a new index");

        private final AdaptedTexts adapted;

        /** Queries alone take little time, since the vectors of passages are known. */
        private final int seeds;

        private final int epochs;

        private final String texts;
        private final String index;

        Way(AdaptedTexts adapted, int seeds, int epochs, String texts, String index) {
            this.adapted = adapted;
            this.seeds = seeds;
            this.epochs = epochs;
            this.texts = texts;
            this.index = index;
        }

        /** Returns the name of the adapter of a seed. */
        String adapter(long seed) {
            return "%s-%d".formatted(adapted, seed);
        }

        @Override
        public String toString() {
            return texts + ", " + index;
        }
    }

    /** The number of passages that a search shows. */
    private static final int LAST_RANK = 10;

    /** The number of questions that are printed with the passages found first. */
    private static final int SHOWN = 3;

    /**
     * The largest change of a number of a vector of length 1 by merging: a thousand roundings of
     * float32. A number passes 36 linear layers, each with sums of 384 to 1536 products, and the
     * rounding error of a sum grows with the square root of its length.
     */
    private static final double TOLERANCE = 1000 * Math.scalb(1.0, -24);

    private Demo() {}

    /**
     * Runs the demonstration.
     *
     * @param output the folder for the data, the adapters, the merged model and the picture
     * @param out gets the results
     * @throws IllegalStateException if the merged model gives other results than the adapted one
     */
    public static void run(Path output, PrintWriter out, ProgressListener listener)
            throws IOException, ModelException, TranslateException {
        requireOwn(output);
        Path encoder = BuiltInModel.ALL_MINILM_L6_V2.directory();
        PairData train = PairData.read(copyOf("train.tsv", output));
        PairData dev = PairData.read(copyOf("dev.tsv", output));
        PairData test = PairData.read(copyOf("test.tsv", output));
        Corpus corpus = Corpus.read(copyOf("corpus.tsv", output));
        Manual manual = new Manual(List.copyOf(corpus.texts().values()), test.rows());
        out.printf("Model: %s%n", encoder);
        out.printf(
                "Manual: %d passages; %d questions to learn from, %d of other kinds to test with%n",
                manual.passages().size(), train.size(), test.size());

        try (AdaptedModel model = AdaptedModel.open(encoder)) {
            List<float[]> index = vectors(model, manual.passages());
            List<Found> before = manual.search(model, index);
            Map<Way, List<List<Found>>> after = new EnumMap<>(Way.class);
            FineTuningResult result = null;
            for (Way way : Way.values()) {
                List<List<Found>> seeds = new ArrayList<>();
                for (int seed = 1; seed <= way.seeds; seed++) {
                    out.printf("Training an adapter of %s, seed %d ...%n", way.texts, seed);
                    result = tune(model, way, seed, train, dev, output, listener);
                    seeds.add(
                            manual.search(
                                    model,
                                    way.adapted.passages()
                                            ? vectors(model, manual.passages())
                                            : index));
                }
                after.put(way, seeds);
            }
            showComparison(before, after, result, out);
            showQuestions(test, before, after, out);
            AtomicFiles.deleteTree(output.resolve("merged"));
            checkMerged(model, output.resolve("merged"), test, out);
            draw(before, after, output.resolve("demo.png"));
            showNext(output, out);
        }
    }

    /** Trains an adapter, which stays active and is saved in a folder of its name. */
    private static FineTuningResult tune(
            AdaptedModel model,
            Way way,
            long seed,
            PairData train,
            PairData dev,
            Path output,
            ProgressListener listener)
            throws IOException {
        String name = way.adapter(seed);
        return FineTuner.builder()
                .setModel(model)
                .setConfig(COMPOUND)
                .setTrain(train)
                .setDev(dev)
                .setOutput(output.resolve(name))
                .optOverwrite(true)
                .optName(name)
                .optEmbedding(EmbeddingOptions.builder().optAdapt(way.adapted).build())
                .optSeed(seed)
                .optEpochs(way.epochs)
                .optBatchSize(BATCH_SIZE)
                .optLearningRate(LEARNING_RATE)
                .optListener(listener)
                .build()
                .run();
    }

    /** Embeds texts with the active adapter of a model, or without one. */
    private static List<float[]> vectors(AdaptedModel model, List<String> texts)
            throws IOException, TranslateException {
        try (TaskModel<String, float[]> search = TaskModel.of(model, String.class, float[].class)) {
            return search.predict(texts);
        }
    }

    /** The first passage that a search finds, and the rank of the right one, from 1. */
    private record Found(String first, int rank) {}

    /** All passages of the manual, and questions with their right passages. */
    private record Manual(List<String> passages, List<PairData.Row> questions) {

        /** Searches vectors of the passages for the questions of a model. */
        List<Found> search(AdaptedModel model, List<float[]> index)
                throws IOException, TranslateException {
            List<float[]> asked =
                    vectors(model, questions.stream().map(PairData.Row::first).toList());
            return IntStream.range(0, questions.size())
                    .mapToObj(i -> found(asked.get(i), questions.get(i).second(), index))
                    .toList();
        }

        private Found found(float[] question, String right, List<float[]> places) {
            double[] fits = places.stream().mapToDouble(place -> cosine(question, place)).toArray();
            double fit = fits[passages.indexOf(right)];
            int first =
                    IntStream.range(0, fits.length)
                            .boxed()
                            .max(Comparator.comparingDouble(i -> fits[i]))
                            .orElseThrow();
            int better = (int) DoubleStream.of(fits).filter(other -> other > fit).count();
            return new Found(passages.get(first), better + 1);
        }
    }

    /** Vectors have length 1, so their product is the cosine of the angle between them. */
    private static double cosine(float[] one, float[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += (double) one[i] * other[i];
        }
        return sum;
    }

    private static void showComparison(
            List<Found> before,
            Map<Way, List<List<Found>>> after,
            FineTuningResult result,
            PrintWriter out)
            throws IOException {
        String row = "%-40s %14s %14s%n";
        out.printf("%n" + row, "right passage found", "first", "among ten");
        out.printf(row, "frozen model", share(before, 1), share(before, LAST_RANK));
        after.forEach(
                (way, seeds) -> out.printf(row, way, shares(seeds, 1), shares(seeds, LAST_RANK)));
        out.printf(
                "± is the standard deviation over the seeds: %d of queries alone, %d of both%n",
                Way.QUERIES.seeds, Way.BOTH.seeds);
        after.forEach((way, seeds) -> showGain(before, way, seeds, out));
        out.printf(
                "Every adapter has %,d trainable parameters, in a folder of %,d bytes of weights%n",
                result.adapterParameters(), result.fileBytes());
    }

    private static void showGain(
            List<Found> before, Way way, List<List<Found>> after, PrintWriter out) {
        double[] gains =
                IntStream.range(0, before.size())
                        .mapToDouble(i -> gain(before.get(i), after, i))
                        .toArray();
        double error = Math.sqrt(StatUtils.variance(gains) / gains.length);
        out.printf(
                "The gain of %s at the first place is %.1f points, %.0f standard errors of the mean"
                        + " over the questions%n",
                way.texts, 100 * StatUtils.mean(gains), StatUtils.mean(gains) / error);
    }

    /** Computes the gain of a question: how much more often its passage is found first. */
    private static double gain(Found before, List<List<Found>> after, int question) {
        double found = after.stream().filter(seed -> seed.get(question).rank() == 1).count();
        return found / after.size() - (before.rank() == 1 ? 1 : 0);
    }

    private static String share(List<Found> found, int rank) {
        return "%.1f %%".formatted(percent(found, rank));
    }

    private static String shares(List<List<Found>> seeds, int rank) {
        double[] shares = seeds.stream().mapToDouble(found -> percent(found, rank)).toArray();
        return "%.1f ± %.1f %%"
                .formatted(StatUtils.mean(shares), Math.sqrt(StatUtils.variance(shares)));
    }

    /** Computes recall@rank: the percentage of questions whose right passage is among the first. */
    private static double percent(List<Found> found, int rank) {
        return 100.0 * found.stream().filter(f -> f.rank() <= rank).count() / found.size();
    }

    /** Shows questions whose first passage has changed, for the better or the worse. */
    private static void showQuestions(
            PairData test, List<Found> before, Map<Way, List<List<Found>>> after, PrintWriter out) {
        List<Found> queries = after.get(Way.QUERIES).get(Way.QUERIES.seeds - 1);
        int[] changed =
                IntStream.range(0, test.size())
                        .filter(i -> !before.get(i).first().equals(queries.get(i).first()))
                        .toArray();
        out.printf(
                "%nFor %d of %d questions the same index gives another passage first. Some of"
                        + " them:%n",
                changed.length, test.size());
        for (int i : spread(changed)) {
            out.printf("  %s%n", test.rows().get(i).first());
            out.printf("    before: %s%n", before.get(i).first());
            after.forEach(
                    (way, seeds) -> {
                        Found found = seeds.get(way.seeds - 1).get(i);
                        String wrong = found.rank() == 1 ? "" : " (wrong)";
                        out.printf("    %-7s %s%s%n", way.adapted + ":", found.first(), wrong);
                    });
        }
    }

    /** Chooses the middles of equal parts, since questions of one kind follow each other. */
    private static int[] spread(int[] all) {
        int shown = Math.min(SHOWN, all.length);
        return IntStream.range(0, shown)
                .map(part -> all[(2 * part + 1) * all.length / (2 * shown)])
                .toArray();
    }

    /** Merges the active adapter, opens the merged model with DJL alone and compares vectors. */
    private static void checkMerged(AdaptedModel model, Path merged, PairData test, PrintWriter out)
            throws IOException, ModelException, TranslateException {
        List<String> texts = test.rows().stream().map(PairData.Row::first).toList();
        List<float[]> expected = vectors(model, texts);
        try (TaskModel<String, float[]> search = TaskModel.of(model, String.class, float[].class)) {
            search.export(merged);
        }
        Criteria<String, float[]> criteria =
                Criteria.builder()
                        .setTypes(String.class, float[].class)
                        .optModelPath(merged)
                        .optEngine("PyTorch")
                        .optTranslatorFactory(new DeferredTranslatorFactory())
                        .build();
        double difference = 0;
        try (ZooModel<String, float[]> plain = criteria.loadModel();
                Predictor<String, float[]> predictor = plain.newPredictor()) {
            List<float[]> actual = predictor.batchPredict(texts);
            for (int i = 0; i < texts.size(); i++) {
                difference = Math.max(difference, difference(expected.get(i), actual.get(i)));
            }
        }
        out.printf(
                "%nMerged model: %s%n  in DJL alone, its vectors of length 1 differ from the"
                        + " adapted model's by at most %.1e%n",
                merged, difference);
        if (!(difference <= TOLERANCE)) {
            throw new IllegalStateException(
                    ("The merged model '%s' differs from the adapted one by %.1e, more than"
                                    + " rounding in float32 explains")
                            .formatted(merged, difference));
        }
    }

    private static double difference(float[] one, float[] other) {
        return IntStream.range(0, one.length)
                .mapToDouble(i -> Math.abs(one[i] - other[i]))
                .max()
                .orElseThrow();
    }

    /** Draws recall@k for k up to the number of passages that a search shows. */
    private static void draw(List<Found> before, Map<Way, List<List<Found>>> after, Path file)
            throws IOException {
        Chart chart =
                Chart.builder()
                        .setX(Axis.linear("k: number of passages that the search shows"))
                        .setY(Axis.linear("recall@k: right passage among them, % of questions"))
                        .addSeries(line("frozen model", Palette.NEUTRAL, List.of(before)))
                        .addSeries(line(Way.QUERIES, Palette.color(1), after))
                        .addSeries(line(Way.BOTH, Palette.color(0), after))
                        .build();
        new Figure("Search in a company's manual", List.of(chart)).write(file);
    }

    private static Series line(Way way, Color color, Map<Way, List<List<Found>>> after) {
        return line(way.toString(), color, after.get(way));
    }

    private static Series line(String name, Color color, List<List<Found>> seeds) {
        return new Series(
                name,
                color,
                Series.Look.DOTTED_LINE,
                IntStream.rangeClosed(1, LAST_RANK)
                        .mapToObj(rank -> new Series.Point(rank, mean(seeds, rank)))
                        .toList());
    }

    private static double mean(List<List<Found>> seeds, int rank) {
        return seeds.stream().mapToDouble(found -> percent(found, rank)).average().orElseThrow();
    }

    private static void showNext(Path output, PrintWriter out) {
        Path merged = output.resolve("merged");
        for (Way way : Way.values()) {
            out.printf("Adapter of %s: %s%n", way.texts, output.resolve(way.adapter(way.seeds)));
        }
        out.printf("Picture: %s%n", output.resolve("demo.png"));
        out.printf(
                "%nIn your own program%n  var search = TaskModel.open(Path.of(\"%s\"),"
                        + " String.class, float[].class);%n  float[] vector = search.predict(\"Who"
                        + " trains new people on Heron?\");%n",
                merged);
        out.printf(
                "Next, try%n  java -jar examples/target/adapters.jar predict --model %s --text"
                        + " \"Who trains new people on Heron?\"%n",
                merged);
    }

    /** Refuses a folder with anything but an earlier demonstration, which is replaced. */
    private static void requireOwn(Path output) throws IOException {
        if (!Files.isDirectory(output)) {
            return;
        }
        try (Stream<Path> files = Files.list(output);
                InputStream train = Demo.class.getResourceAsStream("manual/train.tsv")) {
            Path copy = output.resolve("train.tsv");
            boolean own =
                    Files.exists(copy)
                            && Arrays.equals(train.readAllBytes(), Files.readAllBytes(copy));
            if (!own && files.anyMatch(AtomicFiles::isContent)) {
                throw new IOException(
                        "Output '%s' is a folder with other files; choose a new one"
                                .formatted(output));
            }
        }
    }

    private static Path copyOf(String resource, Path folder) throws IOException {
        Files.createDirectories(folder);
        Path target = folder.resolve(resource);
        try (InputStream in = Demo.class.getResourceAsStream("manual/" + resource)) {
            AtomicFiles.writeBytes(target, ByteBuffer.wrap(in.readAllBytes()));
        }
        return target;
    }
}
