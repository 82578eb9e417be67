/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.djladapters.safetensors.SafetensorsFile;

/** Small models and data for the commands. */
public final class Samples {

    private Samples() {}

    public static Path model(String name) {
        try {
            return Path.of(Samples.class.getResource("/models/" + name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    public static Path train(Path folder) throws IOException {
        return write(
                folder.resolve("train.tsv"),
                "good\tThe soup was warm and the bread was fresh",
                "bad\tNobody brought us the menu",
                "good\tA quiet room with a wide view",
                "bad\tThe shower stayed cold all week",
                "good\tWe were greeted with a smile",
                "bad\tThe bill had things on it that we never saw",
                "mixed\tA lovely room above a loud street",
                "mixed\tThe food was good but the portions were small",
                "mixed\tKind people, slow lifts");
    }

    public static Path dev(Path folder) throws IOException {
        return write(
                folder.resolve("dev.tsv"),
                "good\tThe garden was full of roses",
                "bad\tOur window would not close",
                "good\tBreakfast was worth getting up for",
                "bad\tThe train was late again",
                "mixed\tThe beach was clean and too crowded");
    }

    /** A folder of pairs in GLUE's form. */
    static Path glue(Path folder) throws IOException {
        Files.createDirectories(folder);
        String header = "index\tsentence1\tsentence2\tlabel\n";
        Files.writeString(
                folder.resolve("train.tsv"),
                header
                        + """
                        0\tThe gate was shut when the fox came.\tThe gate was shut.\tentailment
                        1\tThe gate was shut when the fox came.\tThe fox got in.\tnot_entailment
                        2\tOur boat has a red sail.\tThe sail is red.\tentailment
                        3\tOur boat has a red sail.\tThe sail is torn.\tnot_entailment
                        """);
        Files.writeString(
                folder.resolve("dev.tsv"),
                header
                        + """
                        0\tThe milk was cold this morning.\tThe milk was cold.\tentailment
                        1\tThe milk was cold this morning.\tThe milk was gone.\tnot_entailment
                        """);
        return folder;
    }

    /** Questions that the tokenizers of the tiny language models can encode. */
    static Path sums(Path folder) throws IOException {
        return Files.writeString(
                folder.resolve("sums.tsv"),
                "prompt\tresponse\n1+2=\t3\n4+4=\t8\n7+5=\t12\n3+3=\t6\n9+0=\t9\n");
    }

    static Path write(Path file, String... rows) throws IOException {
        return Files.writeString(file, "label\tsentence1\n" + String.join("\n", rows) + "\n");
    }

    /** A short run of finetune. */
    public static List<Object> finetune(String model, Path folder, Path output) throws IOException {
        return finetune(model, folder, output, 2);
    }

    public static List<Object> finetune(String model, Path folder, Path output, int epochs)
            throws IOException {
        return List.of(
                "finetune",
                "--model",
                model(model),
                "--train",
                train(folder),
                "--dev",
                dev(folder),
                "--output",
                output,
                "--epochs",
                epochs,
                "--batch-size",
                3,
                "--max-length",
                16);
    }

    /** Copies the inputs of the first run in a file of expected tensors. */
    static Path inputs(Path expected, Path target) throws IOException {
        try (SafetensorsFile file = SafetensorsFile.open(expected);
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            Map<String, NDArray> inputs = new LinkedHashMap<>();
            for (String name : file.tensors().keySet()) {
                if (name.startsWith("input.")) {
                    inputs.put(name, file.read(manager, name));
                }
            }
            SafetensorsFile.write(target, inputs, Map.of());
        }
        return target;
    }
}
