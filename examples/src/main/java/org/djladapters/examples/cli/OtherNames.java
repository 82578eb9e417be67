/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.util.Arrays;
import java.util.Map;
import picocli.CommandLine;

/**
 * The names that transformers, PEFT and sentence-transformers have for options that mean the same
 * here. They are taken for the option's own name, also with underscores for hyphens.
 */
final class OtherNames {

    private static final Map<String, String> OWN =
            Map.ofEntries(
                    Map.entry("--model-name-or-path", "--model"),
                    Map.entry("--train-file", "--train"),
                    Map.entry("--validation-file", "--dev"),
                    Map.entry("--output-dir", "--output"),
                    Map.entry("--overwrite-output-dir", "--overwrite"),
                    Map.entry("--num-train-epochs", "--epochs"),
                    Map.entry("--per-device-train-batch-size", "--batch-size"),
                    Map.entry("--gradient-accumulation-steps", "--accumulate"),
                    Map.entry("--lr-scheduler-type", "--scheduler"),
                    Map.entry("--warmup-ratio", "--warm-up"),
                    Map.entry("--warmup-steps", "--warm-up-steps"),
                    Map.entry("--max-seq-length", "--max-length"),
                    Map.entry("--early-stopping-patience", "--early-stopping"),
                    Map.entry("--metric-for-best-model", "--metric"),
                    Map.entry("--report-to", "--report"),
                    Map.entry("--label-smoothing-factor", "--label-smoothing"),
                    Map.entry("--lora-r", "--rank"),
                    Map.entry("--lora-alpha", "--alpha"),
                    Map.entry("--lora-dropout", "--dropout"),
                    Map.entry("--target-modules", "--targets"),
                    Map.entry("--use-dora", "--dora"),
                    Map.entry("--use-rslora", "--rslora"));

    private OtherNames() {}

    /** Returns the words of a command line with the own names of the command's options. */
    static String[] replace(CommandLine commandLine, String... args) {
        CommandLine command = args.length == 0 ? null : commandLine.getSubcommands().get(args[0]);
        return command == null
                ? args
                : Arrays.stream(args).map(word -> replace(command, word)).toArray(String[]::new);
    }

    /** Returns an option by its own name. */
    private static String replace(CommandLine command, String word) {
        if (!word.startsWith("--")) {
            return word;
        }
        String name = word.replaceFirst("=.*", "");
        String plain = name.replace('_', '-');
        String own = OWN.getOrDefault(plain, plain);
        boolean isOther = !isKnown(command, name) && isKnown(command, own);
        return isOther ? own + word.substring(name.length()) : word;
    }

    private static boolean isKnown(CommandLine command, String name) {
        return command.getCommandSpec().findOption(name) != null;
    }
}
