/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.djladapters.examples.statistics.Student;
import org.djladapters.examples.sweep.RateTrial;
import org.djladapters.examples.sweep.Rates;
import org.djladapters.io.PlainNumber;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the pages say of rates and layouts on held-out data is what the recorded trials give. */
class HeldOutTrialsTest {

    private static final String PAGE = "examples/docs/evidence.md";
    private static final String RECORDED = "examples/evidence/README.md";

    private static final String TREC = "TREC-6";

    /** The seed that all rates were tried with. */
    private static final long SEED = 21;

    /** Tasks of more than ten classes or tags. */
    private static final Set<String> MANY_CLASSES = Set.of("Banking77", "CLINC150", "WNUT17");

    @Test
    void theScoresOfAnswersByRateAreThoseOfTheTrials() throws IOException {
        assertThat(Markdown.onOneLine(PAGE))
                .contains(
                        "the best of 6,048 with 0.001, 0.002, 0.004 and 0.008 is %s, "
                                        .formatted(bestByRate("Compound, 6,048"))
                                + "LoRA's with 0.002, 0.004 and 0.008 %s."
                                        .formatted(bestByRate("LoRA, rank 8")));
    }

    /**
     * The best held-out score of each rate of a method on XQuAD with seed 21, lowest rate first.
     */
    private static String bestByRate(String method) throws IOException {
        Map<Double, Double> best =
                trials("tuned-xquad", method)
                        .collect(
                                Collectors.toMap(
                                        RateTrial::learningRate,
                                        RateTrial::value,
                                        Math::max,
                                        TreeMap::new));
        return best.values().stream()
                .map(value -> format("%.1f", 100 * value))
                .collect(Collectors.joining(", "))
                .replaceFirst(", ([^,]*)$", " and $1");
    }

    @ParameterizedTest
    @CsvSource({
        "answers-forms, | layout; held-out data |, 100",
        "language-forms, | layout; held-out titles |, 1"
    })
    void theLayoutsThatWereTriedAreThoseOfTheTrials(String suite, String table, int scale)
            throws IOException {
        assertThat(MarkdownTable.in(PAGE, table).rows())
                .map(row -> row.subList(1, row.size()))
                .containsExactlyInAnyOrderElementsOf(
                        RecordedRuns.trials(suite).stream()
                                .map(trial -> layout(trial, scale))
                                .toList());
    }

    @Test
    void theHeldOutPerplexitiesOfTheLanguageModelAreThoseOfTheTrials() throws IOException {
        assertThat(Markdown.onOneLine(PAGE))
                .contains(
                        "with 45,360 has %s, that of LoRA of rank 8 %s"
                                .formatted(
                                        lowestPerplexity("Compound, 45,360"),
                                        lowestPerplexity("LoRA, rank 8")));
    }

    private static String lowestPerplexity(String method) throws IOException {
        return trials("tuned-language", method)
                .map(RateTrial::value)
                .min(Comparator.naturalOrder())
                .map(value -> format("%.1f", value))
                .orElseThrow();
    }

    private static Stream<RateTrial> trials(String suite, String method) throws IOException {
        return RecordedRuns.trials(suite).stream()
                .filter(trial -> trial.key().seed() == SEED)
                .filter(trial -> trial.key().method().equals(method));
    }

    @Test
    void theRatesThatWereTriedForDefaultsAreThoseOfTheTrials() throws IOException {
        Map<List<String>, String> scores = scoresOfTrials("default-rates", "default-rates-low");

        List<List<String>> rows =
                MarkdownTable.in(RECORDED, "| method | parameters | rate | STS-B").rows();
        for (List<String> row : rows) {
            List<String> setting = row.subList(0, 3);
            assertThat(row.subList(3, row.size()))
                    .as(setting.toString())
                    .containsExactlyElementsOf(
                            Stream.of("STS-B", "WNUT17", "TREC-6-176")
                                    .map(
                                            task ->
                                                    Stream.concat(setting.stream(), Stream.of(task))
                                                            .toList())
                                    .map(key -> scores.getOrDefault(key, "–"))
                                    .toList());
        }
        long there = rows.stream().flatMap(List::stream).filter(cell -> !cell.equals("–")).count();
        assertThat(there).isEqualTo(scores.size() + 3L * rows.size());
    }

    @Test
    void theRatesOfRivalsOverTheirDefaultsAreThoseOfTheTrials() throws IOException {
        Map<List<String>, String> scores = scoresOfTrials("tuned-rivals");
        MarkdownTable page = MarkdownTable.in(RECORDED, "| method | parameters | rate, times |");

        for (List<String> row : page.rows()) {
            double rate = Double.parseDouble(row.get(2));
            for (int i = 3; i < row.size(); i++) {
                int times = Integer.parseInt(page.header().get(i));
                assertScore(
                        row.get(i),
                        scores,
                        List.of(row.get(0), row.get(1), PlainNumber.of(times * rate), TREC));
            }
        }
    }

    @Test
    void theRatesOfUniLoraAreThoseOfTheTrials() throws IOException {
        Map<List<String>, String> scores = scoresOfTrials("default-rates-unilora", "tuned-rivals");
        MarkdownTable page = MarkdownTable.in(RECORDED, "| parameters | task; rate |");

        for (List<String> row : page.rows()) {
            for (int i = 2; i < row.size(); i++) {
                assertScore(
                        row.get(i),
                        scores,
                        List.of(
                                "Uni-LoRA, " + row.get(0),
                                row.get(0),
                                page.header().get(i),
                                row.get(1)));
            }
        }
    }

    @Test
    void whatTheFormerDefaultRatesLoseIsThatOfTheTables() throws IOException {
        DoubleSummaryStatistics losses =
                MarkdownTable.in(RECORDED, "| method | parameters | rate, times |").rows().stream()
                        .mapToDouble(row -> best(row, 3) - score(row.get(3)))
                        .summaryStatistics();
        MarkdownTable uniLora = MarkdownTable.in(RECORDED, "| parameters | task; rate |");
        List<String> row =
                uniLora.rows().stream()
                        .filter(cells -> cells.subList(0, 2).equals(List.of("30,000", TREC)))
                        .findFirst()
                        .orElseThrow();
        double formerDefault = score(row.get(uniLora.header().indexOf("0.08")));

        assertThat(Markdown.onOneLine(PAGE))
                .contains(
                        format("had %.0f to ", losses.getMin())
                                + format("%.0f points less on held-out data", losses.getMax()),
                        format("30,000 parameters %.0f less,", best(row, 2) - formerDefault));
    }

    /** The best score of a row from some column on. */
    private static double best(List<String> row, int from) {
        return row.subList(from, row.size()).stream()
                .filter(cell -> !cell.equals("–"))
                .mapToDouble(HeldOutTrialsTest::score)
                .max()
                .orElseThrow();
    }

    /** The score of a cell, in which the best ones are bold. */
    private static double score(String cell) {
        return Double.parseDouble(cell.replace("*", ""));
    }

    /** The scores with seed 21 and the usual rate of the head, by {@link #trial}. */
    private static Map<List<String>, String> scoresOfTrials(String... suites) throws IOException {
        return RecordedRuns.trials(suites).stream()
                .filter(trial -> trial.key().seed() == SEED)
                .filter(trial -> trial.rates().headFactor() == 1)
                .collect(Collectors.toMap(HeldOutTrialsTest::trial, trial -> layout(trial).get(2)));
    }

    /** Compares a cell, in which the best scores are bold, with the score of a trial. */
    private static void assertScore(
            String cell, Map<List<String>, String> scores, List<String> trial) {
        assertThat(cell.replace("*", ""))
                .as(trial.toString())
                .isEqualTo(scores.getOrDefault(trial, "–"));
    }

    @Test
    void theGainsOfTheHigherRateOfHeadsAreThoseOfTheTrials() throws IOException {
        MarkdownTable page = MarkdownTable.in(RECORDED, "| tasks | with seed 21 | with seed 22 |");

        for (int seed : List.of(21, 22)) {
            String column = "with seed " + seed;
            assertThat(page.cell("Banking77", column)).isEqualTo(summary(gains(seed, true)));
            assertThat(page.cell("the others", column)).isEqualTo(summary(gains(seed, false)));
        }
    }

    /** The gains of 0.01 instead of 0.005 for the head, in points, for each method and task. */
    private static List<Double> gains(long seed, boolean manyClasses) throws IOException {
        List<Double> gains = new ArrayList<>();
        for (String suite : List.of("tuned-500", "tuned-bge")) {
            RecordedRuns.trials(suite).stream()
                    .filter(trial -> trial.key().seed() == seed)
                    .filter(trial -> !trial.key().method().equals("Head only"))
                    .filter(trial -> MANY_CLASSES.contains(trial.key().task()) == manyClasses)
                    .collect(Collectors.groupingBy(RateTrial::key))
                    .values()
                    .forEach(trials -> gain(trials).ifPresent(gains::add));
        }
        return gains;
    }

    /** The mean over those rates of the adapter beside which both rates of the head were tried. */
    private static OptionalDouble gain(List<RateTrial> trials) {
        Map<Rates, Double> values =
                trials.stream().collect(Collectors.toMap(RateTrial::rates, RateTrial::value));
        return DoubleStream.of(0.5, 1, 2)
                .filter(rate -> values.containsKey(new Rates(rate, 0.5)))
                .filter(rate -> values.containsKey(new Rates(rate, 1)))
                .map(rate -> values.get(new Rates(rate, 1)) - values.get(new Rates(rate, 0.5)))
                .map(gain -> 100 * gain)
                .average();
    }

    private static String summary(List<Double> gains) {
        long better = gains.stream().filter(gain -> gain > 1e-9).count();
        return interval(statistics(gains)) + "; %d of %d".formatted(better, gains.size());
    }

    private static SummaryStatistics statistics(List<Double> gains) {
        SummaryStatistics numbers = new SummaryStatistics();
        gains.forEach(numbers::addValue);
        return numbers;
    }

    private static String interval(SummaryStatistics gains) {
        return format("%+.1f", gains.getMean()).replace('-', '−')
                + format(" ± %.1f", Student.half(gains));
    }

    @Test
    void theSchedulesOrdersAndStartsThatWereTriedAreThoseOfTheTrials() throws IOException {
        Map<String, List<RateTrial>> chosen =
                trialsOfChosenRates("tuned-schedules", "tuned-orders", "tuned-starts");

        List<List<String>> rows =
                MarkdownTable.in(RECORDED, "| schedule, orders or start | parameters | rate |")
                        .rows();
        assertThat(rows)
                .map(row -> row.get(0))
                .containsExactlyInAnyOrderElementsOf(chosen.keySet());
        for (List<String> row : rows) {
            List<RateTrial> trials = chosen.get(row.get(0));
            String family = row.get(0).startsWith("LoRA") ? "LoRA" : "Compound";
            List<RateTrial> usual = chosen.get(family + ", warm-up 6 %, linear");
            List<String> cells = new ArrayList<>(List.of(row.get(0)));
            cells.addAll(layout(trials.get(0)).subList(0, 2));
            for (String task : List.of("TREC-6", "STS-B", "WNUT17")) {
                cells.add(
                        trials.stream()
                                .filter(trial -> trial.key().task().equals(task))
                                .map(trial -> layout(trial).get(2))
                                .collect(Collectors.joining(", ")));
            }
            cells.add(trials.equals(usual) ? "" : against(trials, usual));
            assertThat(row).containsExactlyElementsOf(cells);
        }
    }

    /**
     * The trials of each method with the rate of which all seeds were tried, in an order that is
     * the same for all methods.
     */
    private static Map<String, List<RateTrial>> trialsOfChosenRates(String... suites)
            throws IOException {
        List<RateTrial> trials = RecordedRuns.trials(suites);
        Map<String, Double> rates =
                trials.stream()
                        .filter(trial -> trial.key().seed() != SEED)
                        .collect(
                                Collectors.toMap(
                                        trial -> trial.key().method(),
                                        RateTrial::learningRate,
                                        (one, same) -> one));
        return trials.stream()
                .filter(trial -> trial.learningRate() == rates.get(trial.key().method()))
                .sorted(
                        Comparator.comparing((RateTrial trial) -> trial.key().task())
                                .thenComparing(trial -> trial.key().seed()))
                .collect(Collectors.groupingBy(trial -> trial.key().method()));
    }

    /** The mean difference in points of pairs of task and seed; bold if it is decided. */
    private static String against(List<RateTrial> trials, List<RateTrial> usual) {
        List<Double> gains = new ArrayList<>();
        for (int i = 0; i < usual.size(); i++) {
            gains.add(100 * (trials.get(i).value() - usual.get(i).value()));
        }
        SummaryStatistics numbers = statistics(gains);
        boolean decided = Math.abs(numbers.getMean()) > Student.half(numbers);
        return decided ? "**" + interval(numbers) + "**" : interval(numbers);
    }

    /** The row of a layout whose score is a percentage. */
    private static List<String> layout(RateTrial trial) {
        return layout(trial, 100);
    }

    /** The row of a layout that was tried, but for its name: parameters, rate, and score. */
    private static List<String> layout(RateTrial trial, int scale) {
        return List.of(
                format("%,d", trial.adapterParameters()),
                PlainNumber.of(trial.learningRate()),
                format("%.1f", scale * trial.value()));
    }

    /** Method, parameters, rate and task of a trial. */
    private static List<String> trial(RateTrial trial) {
        List<String> layout = layout(trial);
        return List.of(trial.key().method(), layout.get(0), layout.get(1), trial.key().task());
    }

    private static String format(String pattern, Object value) {
        return String.format(Locale.ROOT, pattern, value);
    }
}
