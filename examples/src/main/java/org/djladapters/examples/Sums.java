/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.djladapters.io.AtomicFiles;

/**
 * Writes arithmetic questions from which a language model can be fine-tuned: all sums of two
 * one-digit numbers, such as {@code 3+4=} with the response {@code 7}, four fifths of them to learn
 * from.
 *
 * <p>Every tokenizer has digits, and answers are easy to check; so even a tiny model with random
 * weights shows whether training works.
 *
 * <pre>{@code
 * java -cp examples/target/adapters.jar org.djladapters.examples.Sums FOLDER [SEED]
 * java -jar examples/target/adapters.jar finetune --task causal-lm --train FOLDER/train.tsv ...
 * }</pre>
 */
public final class Sums {

    private static final int NUMBERS = 10;
    private static final int TRAINING = NUMBERS * NUMBERS * 4 / 5;
    private static final long DEFAULT_SEED = 42;

    private Sums() {}

    /**
     * Writes {@code train.tsv} and {@code dev.tsv}.
     *
     * @param args the folder, and perhaps the seed that decides which sums are for training
     * @throws IOException if the files can't be written
     */
    public static void main(String[] args) throws IOException {
        if (args.length < 1 || args.length > 2) {
            System.err.println("Give the folder to write to and optionally a seed");
            System.exit(2);
        }
        write(Path.of(args[0]), args.length == 2 ? Long.parseLong(args[1]) : DEFAULT_SEED);
    }

    /**
     * Writes {@code train.tsv} with 80 sums and {@code dev.tsv} with the other 20.
     *
     * @param folder the folder, which is created if it is missing
     * @param seed decides which sums are for training
     * @throws IOException if the files can't be written
     */
    public static void write(Path folder, long seed) throws IOException {
        List<String> rows = new ArrayList<>();
        for (int a = 0; a < NUMBERS; a++) {
            for (int b = 0; b < NUMBERS; b++) {
                rows.add("%d+%d=\t%d\n".formatted(a, b, a + b));
            }
        }
        Collections.shuffle(rows, new Random(seed));
        Files.createDirectories(folder);
        write(folder.resolve("train.tsv"), rows.subList(0, TRAINING));
        write(folder.resolve("dev.tsv"), rows.subList(TRAINING, rows.size()));
    }

    private static void write(Path file, List<String> rows) throws IOException {
        AtomicFiles.writeString(file, "prompt\tresponse\n" + String.join("", rows));
    }
}
