/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The processor of this machine, without which a measured time means little.
 *
 * @param name the name that the system tells, with family and model where it says too little
 * @param features those that decide how fast products of matrices are: {@code amx_bf16}, {@code
 *     avx512_bf16} and {@code avx2}, on ARM {@code bf16} and {@code i8mm}
 */
public record Processor(String name, List<String> features) {

    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    private static final List<String> FEATURES =
            List.of("amx_bf16", "avx512_bf16", "avx2", "bf16", "i8mm");

    /** Begins the names of the features of ARM in {@code sysctl}, whose values are 0 or 1. */
    private static final String SYSCTL_ARM = "hw.optional.arm.FEAT_";

    private static final Pattern DIGIT = Pattern.compile("\\d");

    public Processor {
        features = List.copyOf(features);
    }

    /**
     * Describes the processor of this machine, by its architecture alone if nothing else is known.
     */
    public static Processor current() {
        String architecture = System.getProperty("os.arch");
        try {
            if (Files.isReadable(CPU_INFO)) {
                return ofCpuInfo(Files.readString(CPU_INFO, StandardCharsets.ISO_8859_1));
            }
            if (System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("mac")) {
                return ofSysctl(outputOf("sysctl", "machdep.cpu", "hw.optional"));
            }
        } catch (IOException e) {
            // the architecture is known in any case
        }
        return new Processor(architecture, List.of());
    }

    private static String outputOf(String... command) throws IOException {
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        process.getOutputStream().close();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** Reads the first processor in the text of Linux's {@code /proc/cpuinfo}. */
    static Processor ofCpuInfo(String text) {
        Map<String, String> lines = lines(text);
        List<String> flags = words(lines.get("flags"), lines.get("Features"));
        return new Processor(
                named(
                        lines.get("model name"),
                        part(lines, "family", "cpu family"),
                        part(lines, "model", "model"),
                        part(lines, "implementer", "CPU implementer"),
                        part(lines, "part", "CPU part")),
                FEATURES.stream().filter(flags::contains).toList());
    }

    /** Reads what {@code sysctl machdep.cpu hw.optional} prints on macOS. */
    static Processor ofSysctl(String text) {
        Map<String, String> lines = lines(text);
        List<String> flags =
                words(lines.get("machdep.cpu.features"), lines.get("machdep.cpu.leaf7_features"));
        return new Processor(
                named(
                        lines.get("machdep.cpu.brand_string"),
                        part(lines, "family", "machdep.cpu.family"),
                        part(lines, "model", "machdep.cpu.model")),
                FEATURES.stream()
                        .filter(
                                feature ->
                                        flags.contains(feature)
                                                || "1".equals(lines.get(sysctlName(feature))))
                        .toList());
    }

    private static String sysctlName(String feature) {
        return SYSCTL_ARM + feature.toUpperCase(Locale.ROOT);
    }

    /** Collects lines of the form {@code KEY: VALUE}; of equal keys the first one counts. */
    private static Map<String, String> lines(String text) {
        Map<String, String> lines = new LinkedHashMap<>();
        text.lines()
                .map(line -> line.split(":", 2))
                .filter(pair -> pair.length == 2)
                .forEach(pair -> lines.putIfAbsent(pair[0].strip(), pair[1].strip()));
        return lines;
    }

    private static List<String> words(String... texts) {
        return Arrays.stream(texts)
                .filter(text -> text != null)
                .flatMap(text -> Stream.of(text.toLowerCase(Locale.ROOT).split("\\s+")))
                .toList();
    }

    private static String part(Map<String, String> lines, String title, String key) {
        String value = lines.get(key);
        return value == null ? "" : title + " " + value;
    }

    /** Adds what else is known to a name without a number, the frequency aside. */
    private static String named(String told, String... parts) {
        String name =
                told == null || told.isBlank()
                        ? System.getProperty("os.arch")
                        : told.replaceAll("\\s+", " ");
        if (told != null && DIGIT.matcher(name.replaceFirst("@.*", "")).find()) {
            return name;
        }
        String rest =
                Stream.of(parts).filter(part -> !part.isEmpty()).collect(Collectors.joining(", "));
        return rest.isEmpty() ? name : "%s (%s)".formatted(name, rest);
    }

    /** Tells whether the processor is known to have no products of bfloat16. */
    public boolean lacksBfloat16() {
        return features.contains("avx2") && features.stream().noneMatch(f -> f.endsWith("bf16"));
    }

    /** Returns name and features, as one reads them. */
    @Override
    public String toString() {
        return features.isEmpty() ? name : name + " with " + String.join(", ", features);
    }
}
