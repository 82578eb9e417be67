/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.multilabel;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.checkpoint.head.OutputLabels;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.io.MalformedFileException;
import org.djladapters.io.PlainNumber;
import org.djladapters.task.kind.RecordedOptions;
import org.djladapters.task.metric.ClassScore;
import org.djladapters.task.option.Thresholds;

/** The probability from which a text has a class, for every class: chosen, recorded and read. */
final class ClassThresholds {

    /** The entry for what was asked for. */
    static final String ASKED = "thresholds";

    /** The entry for the thresholds that were found on development data. */
    static final String FOUND = "class_thresholds";

    private ClassThresholds() {}

    /** Returns the same threshold for every class. */
    static List<Double> all(double value, int classes) {
        return Collections.nCopies(classes, value);
    }

    /**
     * Finds for each class the threshold with the best F1. Of several it is the one nearest to the
     * standard; a threshold is the shortest number near the middle between two probabilities. A
     * class without examples keeps the standard.
     */
    static List<Double> tune(MultiLabelOutputs outputs) {
        return IntStream.range(0, outputs.classes())
                .mapToObj(k -> tune(outputs.probabilities(k), outputs.labels(k)))
                .toList();
    }

    private static double tune(double[] probabilities, boolean[] labels) {
        int[] order =
                IntStream.range(0, labels.length)
                        .boxed()
                        .sorted(Comparator.comparingDouble(i -> -probabilities[i]))
                        .mapToInt(Integer::intValue)
                        .toArray();
        long positives = IntStream.range(0, labels.length).filter(i -> labels[i]).count();
        double standard = Thresholds.HALF.value();
        double threshold = standard;
        double best = f1At(standard, probabilities, labels);
        long found = 0;
        for (int i = 0; i < order.length; i++) {
            found += labels[order[i]] ? 1 : 0;
            double here = probabilities[order[i]];
            double next = i + 1 < order.length ? probabilities[order[i + 1]] : 0;
            if (next == here) {
                continue;
            }
            double f1 = f1(found, i + 1, positives);
            double middle = shortest(next, here);
            boolean nearer =
                    f1 == best && Math.abs(middle - standard) < Math.abs(threshold - standard);
            if (positives > 0 && middle > 0 && middle < 1 && (f1 > best || nearer)) {
                best = f1;
                threshold = middle;
            }
        }
        return threshold;
    }

    /** Returns the number with the fewest decimals that is near the middle between two others. */
    private static double shortest(double low, double high) {
        double middle = low + (high - low) / 2;
        for (int decimals = 1; decimals <= 15; decimals++) {
            double rounded =
                    BigDecimal.valueOf(middle)
                            .setScale(decimals, RoundingMode.HALF_EVEN)
                            .doubleValue();
            if (rounded > low && rounded < high) {
                return rounded;
            }
        }
        return middle;
    }

    private static double f1At(double threshold, double[] probabilities, boolean[] labels) {
        long found = 0;
        long chosen = 0;
        long positives = 0;
        for (int i = 0; i < labels.length; i++) {
            boolean here = probabilities[i] >= threshold;
            found += here && labels[i] ? 1 : 0;
            chosen += here ? 1 : 0;
            positives += labels[i] ? 1 : 0;
        }
        return f1(found, chosen, positives);
    }

    private static double f1(long found, long chosen, long positives) {
        return new ClassScore("", found, chosen, positives).f1();
    }

    /** Writes thresholds as the value of an entry. */
    static String text(List<Double> thresholds) {
        return thresholds.stream().map(PlainNumber::of).collect(Collectors.joining(","));
    }

    /**
     * Reads the thresholds of an adapter.
     *
     * @throws IOException if they are malformed
     */
    static List<Double> read(RecordedOptions options, int classes) throws IOException {
        Optional<String> asked = options.text(ASKED);
        Optional<String> found = options.text(FOUND);
        try {
            return found.isPresent()
                    ? checked(Stream.of(found.get().split(",")).map(Double::valueOf), classes)
                    : all(asked.map(Thresholds::of).orElse(Thresholds.HALF).value(), classes);
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    "The thresholds of the adapter's task can't be read (%s); correct them in %s, or remove that file"
                            .formatted(e.getMessage(), AdapterDirectory.PROVENANCE),
                    e);
        }
    }

    /** Reads the thresholds in the configuration of a model that was exported here. */
    static List<Double> read(ModelDirectory directory, int classes) throws IOException {
        JsonElement given = directory.fields(OutputLabels.MODEL).json().get(ASKED);
        if (given == null) {
            return all(Thresholds.HALF.value(), classes);
        }
        try {
            return checked(
                    given.getAsJsonArray().asList().stream().map(JsonElement::getAsDouble),
                    classes);
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new MalformedFileException(
                    directory.path().resolve(OutputLabels.MODEL),
                    "has thresholds that are not %d probabilities, one for each class; correct or remove them"
                            .formatted(classes),
                    e);
        }
    }

    private static List<Double> checked(Stream<Double> values, int classes) {
        List<Double> thresholds = values.toList();
        thresholds.forEach(Thresholds::of);
        if (thresholds.size() != classes) {
            throw new IllegalArgumentException(
                    "There are %d thresholds for %d classes".formatted(thresholds.size(), classes));
        }
        return thresholds;
    }

    /** Writes thresholds other than the standard into a model's configuration. */
    static void write(List<Double> thresholds, JsonObject config) {
        config.remove(ASKED);
        List<Double> standard = all(Thresholds.HALF.value(), thresholds.size());
        if (!thresholds.equals(standard)) {
            JsonArray array = new JsonArray();
            new ArrayList<>(thresholds).forEach(array::add);
            config.add(ASKED, array);
        }
    }
}
