/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.Arrays;
import java.util.List;
import org.djladapters.task.option.EmbeddingOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Losses against those of sentence-transformers 5.1.2 and 6.2.0 (torch 2.7.1, in double precision),
 * and against differences of the formulas in double precision.
 */
class EmbeddingLossTest {

    private static final int ROWS = 4;
    private static final int WIDTH = 6;

    /**
     * The number of the first text's vectors among those of a teacher, and their width as guide.
     */
    private static final int TAUGHT = 5;

    private static final int GUIDED = 4;

    private static final double[] EQUAL = {1, 1, 1, 1};

    /** Float32 computes losses of this size and their gradients to about six digits. */
    private static final double TOLERANCE = 3e-5;

    private static final EmbeddingOptions DEFAULT = EmbeddingOptions.DEFAULT;
    private static final EmbeddingOptions FARTHER =
            EmbeddingOptions.builder().optMargin(1.5).build();

    /** A loss with what sentence-transformers finds: its value and gradients of two rows. */
    @SuppressWarnings("ImmutableEnumChecker") // nothing changes them
    private enum Case {
        MNRL(
                EmbeddingOptions.Loss.MNRL,
                DEFAULT,
                2,
                6.70970564062563,
                "0.2856979299466816, -2.5081528271572076, -1.5056022942864369,"
                        + " 0.007375365228199038, 0.7491794654355162, -0.9339682963722857",
                "2.025692493973435, -3.1239524745464546, -1.461559263176249,"
                        + " -0.43267619550964387, -0.1506063234651056, -0.3278722168690281"),
        MNRL_WITH_NEGATIVES(
                EmbeddingOptions.Loss.MNRL,
                DEFAULT,
                4,
                11.909322002834983,
                "-1.6621357903770158, -1.34952649026109, -0.7356983370041383,"
                        + " -1.1503448620928711, 0.40437981143323615, 0.765400647342193",
                "-0.00069368268850609, -0.031644187854375054, -0.04550262871095263,"
                        + " 0.010890584202391772, 0.05417297737870815, -0.04463509105076423"),
        SYMMETRIC(
                EmbeddingOptions.Loss.MNRL,
                EmbeddingOptions.builder().optSymmetric(true).build(),
                2,
                6.713440739972283,
                "-0.7108846310385718, -2.163901559664989, -1.3091551759769944,"
                        + " -0.6056566500953658, 0.11883144721572977, -0.37118810227172",
                "3.049517010389611, -3.995321895292975, -0.6622672782894776,"
                        + " 0.6383313532191325, -0.15392560690956303, -0.32206324670963604"),
        COSENT(
                EmbeddingOptions.Loss.COSENT,
                DEFAULT,
                2,
                5.0143088084997425,
                "0.5501455383740701, 0.5850367745836351, 0.3578380271725147,"
                        + " 0.3927292633820796, 0.1655305159709592, -0.06166823144016124",
                "0.6298462152086988, -0.9820824872211464, -0.4910412436105732,"
                        + " -0.18059571573519562, -0.05074590359501363, -0.10149180719002726",
                0.2,
                0.9,
                0.5,
                0.5),
        COSINE(
                EmbeddingOptions.Loss.COSINE,
                DEFAULT,
                2,
                0.3166041076183319,
                "-0.06819494068622589, -0.07251998782157898, -0.044356878846883774,"
                        + " -0.04868192970752716, -0.0205188300460577, 0.007644270546734333",
                "0.16121231019496918, -0.2513689696788788, -0.1256844848394394,"
                        + " -0.046224385499954224, -0.012988671660423279, -0.025977343320846558",
                0.2,
                0.9,
                0.5,
                0.5),
        TRIPLET(
                EmbeddingOptions.Loss.TRIPLET,
                EmbeddingOptions.builder().optMargin(0.5).build(),
                3,
                0.5785083692768477,
                "-0.08295031967119681, -0.01632499647599264, -0.172355185406632,"
                        + " -0.1057298622114278, -0.02284420372927344, 0.060041454752880904",
                "-0.07028910940341787, 0.12466631411905413, 0.08938339502875581,"
                        + " 0.014389896413298147, 0.007886770149596104, -0.03832693563926526"),
        MATRYOSHKA(
                EmbeddingOptions.Loss.MNRL,
                EmbeddingOptions.builder().optMatryoshka(List.of(6, 3)).build(),
                2,
                23.404286710830227,
                "-1.6612767246478637, -9.490549926067073, -3.2960669809441816,"
                        + " 0.007375365228198618, 0.7491794654355162, -0.933968296372286",
                "8.006381331902109, -3.4284100394613897, -12.814021809203727,"
                        + " -0.43267619550964387, -0.1506063234651055, -0.3278722168690279"),
        ANGLE(
                EmbeddingOptions.Loss.ANGLE,
                DEFAULT,
                2,
                15.341631593704944,
                "2.6068588019244077e-05, 1.4411902319582094e-05, 2.0770094519397723e-05,"
                        + " 3.256807337905561e-05, 2.7198933299211304e-05, 2.1829793219366995e-05",
                "6.386180936765388, -6.443200409415079, -1.2971930027804697,"
                        + " -7.6833739395458585, 6.471710145739927, -2.4518373239367106",
                0.2,
                0.9,
                0.5,
                0.5),
        CONTRASTIVE(
                EmbeddingOptions.Loss.CONTRASTIVE,
                FARTHER,
                2,
                0.5908044110885697,
                "-0.10248960886610667, -0.10898968730451755, -0.06666359514742336,"
                        + " -0.07316367358583423, -0.030837581428740053, 0.011488510728354124",
                "0.1295444143747368, -0.20199105369330997, -0.10099552684665498,"
                        + " -0.03714425151503117, -0.010437227698438509, -0.020874455396877017",
                1,
                0,
                0,
                1),
        ONLINE_CONTRASTIVE(
                EmbeddingOptions.Loss.ONLINE_CONTRASTIVE,
                FARTHER,
                2,
                1.992256696101384,
                "-0.8199168709288533, -0.8719174984361404, -0.5333087611793869,"
                        + " -0.5853093886866738, -0.24670065142992043, 0.09190808582683299",
                "0, 0, 0, 0, 0, 0",
                1,
                0,
                1,
                0),
        MARGIN_MSE(
                EmbeddingOptions.Loss.MARGIN_MSE,
                DEFAULT,
                4,
                2.1019287109375,
                "-0.7265625, 0.181640625, -0.59521484375, 0.31298828125, -0.181640625, 0.7265625",
                "-0.076171875, 0.15234375, 0.076171875, 0.01904296875, -0.01904296875,"
                        + " -0.0380859375",
                0.5,
                1.25,
                2,
                -1,
                0,
                0.75,
                1.5,
                0.25),
        MARGIN_MSE_OF_SCORES(
                EmbeddingOptions.Loss.MARGIN_MSE,
                DEFAULT,
                3,
                1.74444580078125,
                "-0.1328125, 0.033203125, -0.365234375, -0.19921875, -0.033203125, 0.1328125",
                "-0.5234375, 1.046875, 0.5234375, 0.130859375, -0.130859375, -0.26171875",
                3,
                2.5,
                1,
                -1,
                0.5,
                0.5,
                2,
                0.75),
        MSE(
                EmbeddingOptions.Loss.MSE,
                DEFAULT,
                3,
                0.7966579861111112,
                "-0.048611111111111105, -0.01736111111111111, 0.013888888888888888,"
                        + " 0.04513888888888888, 0.01736111111111111, -0.010416666666666666",
                "0.024305555555555552, -0.003472222222222222, -0.03125, 0, -0.027777777777777776,"
                        + " 0.003472222222222222"),
        GIST(
                EmbeddingOptions.Loss.GIST,
                EmbeddingOptions.builder().optScale(20).build(),
                2,
                8.116064879845187,
                "-2.074787149298122, 0.29494308383677126, 0.42474326149130315,"
                        + " -1.7905647875342412, -1.0202902460251024, -0.03905053272568848",
                "1.9574432850087558, -3.0522659570951256, -1.5259696672628484,"
                        + " -0.5614322214725712, -0.15756725884854572, -0.3154892193211046"),
        GIST_WITH_NEGATIVES(
                EmbeddingOptions.Loss.GIST,
                EmbeddingOptions.builder().optScale(20).optMargin(0.2).build(),
                4,
                7.046053640144455,
                "-1.3738846205063184, -0.285157679587724, -2.870165582421704,"
                        + " -1.774827422579297, -0.36606528103170044, 0.9538376824636778",
                "0.08707304209739172, -0.11028530045114447, -0.009142627836196883,"
                        + " 0.1421600693447367, 0.11424330022253401, 0.07835783135174318");

        private final EmbeddingOptions.Loss loss;
        private final EmbeddingOptions options;
        private final int columns;
        private final double value;
        private final double[] first;
        private final double[] last;
        private final double[] labels;

        Case(
                EmbeddingOptions.Loss loss,
                EmbeddingOptions options,
                int columns,
                double value,
                String first,
                String last,
                double... labels) {
            this.loss = loss;
            this.options = options;
            this.columns = columns;
            this.value = value;
            this.first = numbers(first);
            this.last = numbers(last);
            this.labels = labels;
        }

        private static double[] numbers(String text) {
            return Arrays.stream(text.split(",")).mapToDouble(Double::parseDouble).toArray();
        }

        EmbeddingLoss loss(boolean weighted) {
            return new EmbeddingLoss(loss, options, weighted);
        }

        NDList labels(NDManager manager) {
            if (loss == EmbeddingOptions.Loss.GIST || loss == EmbeddingOptions.Loss.MSE) {
                NDList teacher = new NDList();
                for (int column = 0; column < columns; column++) {
                    NDArray vectors =
                            manager.create(embeddings(column + TAUGHT), new Shape(ROWS, WIDTH));
                    boolean narrow = loss == EmbeddingOptions.Loss.GIST;
                    teacher.add(narrow ? vectors.get(":, :" + GUIDED) : vectors);
                }
                return teacher;
            }
            if (labels.length == 0) {
                return new NDList();
            }
            float[] values = new float[labels.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) labels[i];
            }
            Shape shape =
                    values.length == ROWS ? new Shape(ROWS) : new Shape(ROWS, values.length / ROWS);
            return new NDList(manager.create(values, shape));
        }

        NDList columns(NDManager manager) {
            NDList arrays = new NDList();
            for (int column = 0; column < columns; column++) {
                arrays.add(manager.create(embeddings(column), new Shape(ROWS, WIDTH)));
            }
            return arrays;
        }
    }

    /** Eighths, which float32 holds exactly. */
    private static float[] embeddings(int k) {
        float[] values = new float[ROWS * WIDTH];
        for (int i = 0; i < ROWS; i++) {
            for (int j = 0; j < WIDTH; j++) {
                int number = i * 7 + j * 11 + k * 13 + 3 * i * j + 5 * j * k + 2 * i * k;
                values[i * WIDTH + j] = ((number + i * i * j * j) % 17 - 8) / 8f;
            }
        }
        return values;
    }

    @ParameterizedTest
    @EnumSource
    void lossesAndGradientsAreThoseOfSentenceTransformers(Case tried) {
        try (NDManager manager = NDManager.newBaseManager()) {
            EmbeddingLoss.Gradients found =
                    gradients(tried, tried.labels(manager), tried.columns(manager));

            assertThat((double) found.loss()).isCloseTo(tried.value, within(TOLERANCE));
            NDArray last = found.gradients().get(tried.columns - 1);
            requireClose(found.gradients().get(0).get(0), tried.first);
            requireClose(last.get(ROWS - 1), tried.last);
        }
    }

    private static EmbeddingLoss.Gradients gradients(Case tried, NDList labels, NDList columns) {
        GradientCollector collector = Engine.getInstance().newGradientCollector();
        try (collector) {
            return tried.loss(false).gradients(labels, columns);
        }
    }

    /** Bit by bit: both ways autograd goes back through the same operations. */
    @ParameterizedTest
    @EnumSource
    void theEngineFindsTheSameGradients(Case tried) {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDList labels = tried.labels(manager);
            NDList columns = tried.columns(manager);
            EmbeddingLoss.Gradients expected = gradients(tried, labels, columns);
            columns.forEach(column -> column.setRequiresGradient(true));

            try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                NDArray loss = tried.loss(false).evaluate(labels, columns);
                assertThat(loss.getFloat()).isEqualTo(expected.loss());
                collector.backward(loss);
            }

            for (int column = 0; column < tried.columns; column++) {
                assertThat(columns.get(column).getGradient().toFloatArray())
                        .containsExactly(expected.gradients().get(column).toFloatArray());
            }
        }
    }

    /** The formulas, written once more, change with every number as the gradients say. */
    @ParameterizedTest
    @EnumSource
    void gradientsAreTheSlopesOfTheFormulas(Case tried) {
        try (NDManager manager = NDManager.newBaseManager()) {
            double[][] columns = columns(tried);
            assertThat(formula(tried, columns, EQUAL)).isCloseTo(tried.value, within(1e-6));
            requireSlopes(
                    tried,
                    columns,
                    EQUAL,
                    gradients(tried, tried.labels(manager), tried.columns(manager)));
        }
    }

    /** The mean of the formulas' rows with weights, and its slopes. */
    @ParameterizedTest
    @EnumSource
    @SuppressWarnings("try") // gradients are computed while the collector is there
    void meansHaveWeights(Case tried) {
        if (!tried.loss.isMean()) {
            return;
        }
        double[] weights = {2, 1. / 3, 1, 2. / 3}; // the mean is 1
        try (NDManager manager = NDManager.newBaseManager();
                GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            NDList labels = new NDList(manager.create(new float[] {6, 1, 3, 2}));
            labels.addAll(tried.labels(manager));
            EmbeddingLoss.Gradients found =
                    tried.loss(true).gradients(labels, tried.columns(manager));

            double[][] columns = columns(tried);
            assertThat((double) found.loss())
                    .isCloseTo(formula(tried, columns, weights), within(TOLERANCE));
            requireSlopes(tried, columns, weights, found);
        }
    }

    private static double[][] columns(Case tried) {
        double[][] columns = new double[tried.columns][];
        for (int k = 0; k < tried.columns; k++) {
            float[] values = embeddings(k);
            columns[k] = new double[values.length];
            Arrays.setAll(columns[k], i -> values[i]);
        }
        return columns;
    }

    private static void requireSlopes(
            Case tried, double[][] columns, double[] weights, EmbeddingLoss.Gradients found) {
        double h = 1e-6;
        for (int k = 0; k < tried.columns; k++) {
            float[] gradient = found.gradients().get(k).toFloatArray();
            for (int i = 0; i < gradient.length; i++) {
                double before = columns[k][i];
                columns[k][i] = before + h;
                double above = formula(tried, columns, weights);
                columns[k][i] = before - h;
                double below = formula(tried, columns, weights);
                columns[k][i] = before;
                double slope = (above - below) / (2 * h);
                assertThat((double) gradient[i]).isCloseTo(slope, within(TOLERANCE));
            }
        }
    }

    /**
     * Computes a loss.
     *
     * @param w the weights of the rows, whose mean is 1
     */
    private static double formula(Case tried, double[][] columns, double[] w) {
        if (tried == Case.MATRYOSHKA) {
            return formula(tried, columns, w, 6) + formula(tried, columns, w, 3);
        }
        return formula(tried, columns, w, WIDTH);
    }

    private static double formula(Case tried, double[][] c, double[] w, int width) {
        return switch (tried) {
            case MNRL, MNRL_WITH_NEGATIVES, MATRYOSHKA -> ranking(c, w, width);
            case SYMMETRIC ->
                    (ranking(c, w, width) + ranking(new double[][] {c[1], c[0]}, w, width)) / 2;
            case COSENT -> cosent(tried, similarities(c, width));
            case ANGLE -> cosent(tried, angles(c));
            case COSINE -> {
                double sum = 0;
                for (int i = 0; i < ROWS; i++) {
                    sum += w[i] * square(cosine(c[0], i, c[1], i, width) - tried.labels[i]);
                }
                yield sum / ROWS;
            }
            case CONTRASTIVE -> {
                double sum = 0;
                for (int i = 0; i < ROWS; i++) {
                    double distance = 1 - cosine(c[0], i, c[1], i, width);
                    sum += w[i] * contrast(tried.labels[i], distance) / 2;
                }
                yield sum / ROWS;
            }
            case ONLINE_CONTRASTIVE -> // the farthest of the two and the nearest of the others
                    contrast(1, 1 - cosine(c[0], 0, c[1], 0, width))
                            + contrast(0, 1 - cosine(c[0], 1, c[1], 1, width));
            case MARGIN_MSE, MARGIN_MSE_OF_SCORES -> margins(tried, c, w);
            case MSE -> {
                double sum = 0;
                for (int k = 0; k < c.length; k++) {
                    float[] taught = embeddings(k + TAUGHT);
                    for (int i = 0; i < taught.length; i++) {
                        sum += w[i / WIDTH] * square(c[k][i] - taught[i]);
                    }
                }
                yield sum / (ROWS * WIDTH * c.length);
            }
            case GIST -> guided(c, w, 0);
            case GIST_WITH_NEGATIVES -> guided(c, w, 0.2);
            case TRIPLET -> {
                double sum = 0;
                for (int i = 0; i < ROWS; i++) {
                    double far = cosine(c[0], i, c[2], i, width);
                    sum += w[i] * Math.max(0, far - cosine(c[0], i, c[1], i, width) + 0.5);
                }
                yield sum / ROWS;
            }
        };
    }

    private static double ranking(double[][] c, double[] w, int width) {
        double loss = 0;
        for (int i = 0; i < ROWS; i++) {
            double all = 0;
            for (int k = 1; k < c.length; k++) {
                for (int j = 0; j < ROWS; j++) {
                    all += Math.exp(20 * cosine(c[0], i, c[k], j, width));
                }
            }
            loss += w[i] * (Math.log(all) - 20 * cosine(c[0], i, c[1], i, width));
        }
        return loss / ROWS;
    }

    private static double square(double x) {
        return x * x;
    }

    private static double contrast(double label, double distance) {
        return label == 1 ? square(distance) : square(Math.max(0, 1.5 - distance));
    }

    private static double margins(Case tried, double[][] c, double[] w) {
        int negatives = c.length - 2;
        double sum = 0;
        for (int i = 0; i < ROWS; i++) {
            for (int k = 0; k < negatives; k++) {
                double wanted =
                        tried == Case.MARGIN_MSE
                                ? tried.labels[i * negatives + k]
                                : tried.labels[2 * i] - tried.labels[2 * i + 1];
                double margin = 0;
                for (int j = 0; j < WIDTH; j++) {
                    int at = i * WIDTH + j;
                    margin += c[0][at] * (c[1][at] - c[k + 2][at]);
                }
                sum += w[i] * square(margin - wanted);
            }
        }
        return sum / (ROWS * negatives);
    }

    private static double guided(double[][] c, double[] w, double margin) {
        double[][] guides = new double[c.length][ROWS * WIDTH];
        for (int k = 0; k < c.length; k++) {
            float[] values = embeddings(k + TAUGHT);
            Arrays.setAll(guides[k], i -> values[i]);
        }
        double loss = 0;
        for (int i = 0; i < ROWS; i++) {
            double limit = cosine(guides[0], i, guides[1], i, GUIDED) - margin;
            double own = 20 * cosine(c[0], i, c[1], i, WIDTH);
            double all = Math.exp(own);
            for (int k = -1; k < c.length; k++) {
                int from = k < 0 ? 1 : 0; // the second text among second texts, at first
                int to = k < 0 ? 1 : k;
                for (int j = 0; j < ROWS; j++) {
                    boolean near = cosine(guides[from], i, guides[to], j, GUIDED) > limit;
                    if (!near && !(k == 1 && i == j)) {
                        all += Math.exp(20 * cosine(c[from], i, c[to], j, WIDTH));
                    }
                }
            }
            loss += w[i] * (Math.log(all) - own);
        }
        return loss / ROWS;
    }

    private static double[] similarities(double[][] c, int width) {
        double[] found = new double[ROWS];
        Arrays.setAll(found, i -> cosine(c[0], i, c[1], i, width));
        return found;
    }

    private static double[] angles(double[][] c) {
        double[] found = similarities(c, WIDTH);
        int half = WIDTH / 2;
        for (int i = 0; i < ROWS; i++) {
            double sine = 0;
            double x = 0;
            double y = 0;
            for (int j = 0; j < WIDTH; j++) {
                double sign = j < half ? -1 : 1;
                int at = i * WIDTH + j;
                sine += sign * c[0][at] * c[1][i * WIDTH + (j + half) % WIDTH];
                x += square(c[0][at]);
                y += square(c[1][at]);
            }
            found[i] = Math.abs(found[i] + sine / Math.sqrt(x * y));
        }
        return found;
    }

    private static double cosent(Case tried, double[] found) {
        double sum = 1;
        for (int i = 0; i < ROWS; i++) {
            for (int j = 0; j < ROWS; j++) {
                if (tried.labels[i] < tried.labels[j]) {
                    sum += Math.exp(20 * (found[i] - found[j]));
                }
            }
        }
        return Math.log(sum);
    }

    private static double cosine(double[] a, int i, double[] b, int j, int width) {
        double dot = 0;
        double x = 0;
        double y = 0;
        for (int k = 0; k < width; k++) {
            double u = a[i * WIDTH + k];
            double v = b[j * WIDTH + k];
            dot += u * v;
            x += u * u;
            y += v * v;
        }
        return dot / Math.sqrt(x * y);
    }

    @Test
    void aWeightedSumCarriesTheRowsOfGradients() {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray gradients = manager.create(new float[] {1, 2, 3, 4, 5, 6}, new Shape(3, 2));
            NDArray embeddings = manager.ones(new Shape(2, 2));
            embeddings.setRequiresGradient(true);
            try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                collector.backward(EmbeddingLoss.weighted(embeddings, gradients, 1));
            }
            assertThat(embeddings.getGradient().toFloatArray()).containsExactly(3, 4, 5, 6);
        }
    }

    private static void requireClose(NDArray found, double[] expected) {
        float[] values = found.toFloatArray();
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) values[i]).isCloseTo(expected[i], within(TOLERANCE));
        }
    }
}
