/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.plot;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * An axis of a chart. A logarithmic axis shows values of 0 to the left of all others, separated by
 * a broken line.
 */
public final class Axis {

    private static final double MARGIN = 0.08;
    private static final double LEAST_DECADES = 0.3;
    private static final int THOUSAND = 1_000;

    /** First digits of round numbers, the roundest first. */
    private static final double[] ROUND = {1, 2, 5, 3, 7, 1.5, 4, 1.2, 1.1, 1.3, 9, 8};

    private enum Kind {
        LINEAR,
        LOGARITHMIC,
        NAMES
    }

    private final Kind kind;
    private final String title;
    private final double[] labelled;
    private final double[] shown;
    private final List<String> names;

    private Axis(Kind kind, String title, double[] labelled, double[] shown, List<String> names) {
        this.kind = kind;
        this.title = title;
        this.labelled = labelled;
        this.shown = shown;
        this.names = names;
    }

    /** Creates an axis of even steps. */
    public static Axis linear(String title) {
        return new Axis(Kind.LINEAR, title, new double[0], new double[0], List.of());
    }

    /** Creates an axis of even ratios, for values that are not negative. */
    public static Axis logarithmic(String title) {
        return new Axis(Kind.LOGARITHMIC, title, new double[0], new double[0], List.of());
    }

    /** Creates an axis of names at 0, 1, 2, … from the top. */
    public static Axis names(List<String> names) {
        return new Axis(Kind.NAMES, "", new double[0], new double[0], List.copyOf(names));
    }

    /** Returns this axis with labels at these values, where there is room, not at round numbers. */
    public Axis withLabelsAt(double... values) {
        return new Axis(kind, title, values.clone(), shown, names);
    }

    /** Returns this axis with room for these values, so that several charts have one scale. */
    public Axis withRoomFor(double... values) {
        return new Axis(kind, title, labelled, values.clone(), names);
    }

    String title() {
        return title;
    }

    List<String> names() {
        return names;
    }

    /** The part of an axis that is shown, in places; {@code zero} is the place of 0 or NaN. */
    record Range(double low, double high, double zero) {}

    /** A labelled value at its place. */
    record Tick(double place, String label) {}

    Range range(double[] points) {
        if (kind == Kind.NAMES) {
            return new Range(0.4 - names.size(), 0.6, Double.NaN);
        }
        double[] values =
                DoubleStream.concat(Arrays.stream(points), Arrays.stream(shown)).toArray();
        double zero = zero(values);
        double[] places = Arrays.stream(values).map(value -> place(value, zero)).toArray();
        double low = Arrays.stream(places).min().orElse(0);
        double high = Arrays.stream(places).max().orElse(0);
        double least = kind == Kind.LOGARITHMIC ? LEAST_DECADES : 0;
        double extent = Math.max(high - low, least);
        double margin = MARGIN * (extent > 0 ? extent : 1);
        return new Range(low - margin, high + margin, zero);
    }

    private double zero(double[] values) {
        boolean broken =
                kind == Kind.LOGARITHMIC && Arrays.stream(values).anyMatch(value -> value == 0);
        double least = Arrays.stream(values).filter(value -> value > 0).min().orElse(1);
        return broken ? Math.floor(Math.log10(least)) - 1 : Double.NaN;
    }

    double place(double value, double zero) {
        return switch (kind) {
            case LINEAR -> value;
            case LOGARITHMIC -> value == 0 ? zero : Math.log10(value);
            case NAMES -> -value;
        };
    }

    /**
     * Returns the labels, the most important first.
     *
     * @param most the number of labels that an axis of even steps has room for
     */
    List<Tick> ticks(Range range, int most) {
        List<Tick> ticks =
                switch (kind) {
                    case NAMES ->
                            IntStream.range(0, names.size())
                                    .mapToObj(i -> new Tick(-i, names.get(i)))
                                    .toList();
                    case LINEAR -> labelled.length > 0 ? chosen(range) : even(range, most);
                    case LOGARITHMIC -> labelled.length > 0 ? chosen(range) : round(range);
                };
        return ticks.stream()
                .filter(tick -> tick.place() >= range.low() && tick.place() <= range.high())
                .toList();
    }

    private List<Tick> chosen(Range range) {
        return Arrays.stream(labelled).mapToObj(value -> tick(value, range)).toList();
    }

    private Tick tick(double value, Range range) {
        return new Tick(place(value, range.zero()), label(value));
    }

    private static List<Tick> even(Range range, int most) {
        double least = (range.high() - range.low()) / most;
        double power = Math.pow(10, Math.floor(Math.log10(least)));
        double step =
                Arrays.stream(new double[] {1, 2, 5, 10})
                        .map(digit -> digit * power)
                        .filter(candidate -> candidate >= least)
                        .min()
                        .orElseThrow();
        List<Tick> ticks = new ArrayList<>();
        for (long i = (long) Math.ceil(range.low() / step); i * step <= range.high(); i++) {
            ticks.add(new Tick(i * step, label(i * step)));
        }
        return ticks;
    }

    private List<Tick> round(Range range) {
        List<Tick> ticks = new ArrayList<>();
        double first = range.low();
        if (!Double.isNaN(range.zero())) {
            ticks.add(new Tick(range.zero(), "0"));
            first = range.zero() + 1;
        }
        for (double digits : ROUND) {
            for (int decade = (int) Math.floor(first) - 1; decade <= range.high(); decade++) {
                Tick tick = tick(digits * Math.pow(10, decade), range);
                if (tick.place() >= first - 1e-9) {
                    ticks.add(tick);
                }
            }
        }
        return ticks;
    }

    /** Returns the places of unlabelled ticks. */
    double[] minorTicks(Range range) {
        if (kind != Kind.LOGARITHMIC || labelled.length > 0) {
            return new double[0];
        }
        double first = Double.isNaN(range.zero()) ? range.low() : range.zero() + 1;
        return IntStream.rangeClosed((int) Math.floor(first), (int) Math.ceil(range.high()))
                .boxed()
                .flatMapToDouble(
                        decade ->
                                IntStream.range(1, 10)
                                        .mapToDouble(digit -> decade + Math.log10((double) digit)))
                .filter(place -> place >= first - 1e-9 && place <= range.high())
                .toArray();
    }

    /** Writes a number without zeros at the end of its fraction; small ones with a power of ten. */
    static String label(double number) {
        BigDecimal rounded = BigDecimal.valueOf(number).round(new MathContext(4));
        if (rounded.signum() == 0) {
            return "0";
        }
        BigDecimal stripped = rounded.stripTrailingZeros();
        int exponent = stripped.precision() - stripped.scale() - 1;
        if (exponent < -3) {
            return stripped.scaleByPowerOfTen(-exponent).stripTrailingZeros().toPlainString()
                    + "e"
                    + exponent;
        }
        return stripped.abs().intValue() < THOUSAND
                ? stripped.toPlainString()
                : String.format(Locale.ROOT, "%,.0f", stripped);
    }
}
