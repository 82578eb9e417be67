/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.djladapters.io.MalformedFileException;
import org.djladapters.safetensors.SafetensorsFile;

/**
 * Reads the inputs of a model from safetensors files, a tensor {@code input.<argument>} for every
 * argument, and names its outputs {@code output.<key>}.
 */
final class TensorFiles {

    private static final String INPUT = "input.";
    private static final String OUTPUT = "output.";

    private TensorFiles() {}

    /** Tells by the name and the first bytes whether a file is a safetensors file. */
    static boolean isIn(Path file) throws IOException {
        if (file.getFileName().toString().endsWith(".safetensors")) {
            return true;
        }
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] start = in.readNBytes(Long.BYTES + 1);
            if (start.length <= Long.BYTES || start[Long.BYTES] != '{') {
                return false;
            }
            // in a text, the first eight characters would be the length of an impossible header
            long header = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getLong();
            return header > 0 && header <= Files.size(file) - Long.BYTES;
        }
    }

    /** Reads the inputs in the order of the model's arguments, some of which are optional. */
    static NDList inputs(Path input, List<String> names, List<String> optional, NDManager manager)
            throws IOException {
        try (SafetensorsFile file = SafetensorsFile.open(input)) {
            Set<String> given =
                    file.tensors().keySet().stream()
                            .filter(name -> name.startsWith(INPUT))
                            .collect(Collectors.toSet());
            List<String> arguments =
                    names.stream()
                            .filter(n -> given.contains(INPUT + n) || !optional.contains(n))
                            .toList();
            Set<String> wanted =
                    arguments.stream().map(name -> INPUT + name).collect(Collectors.toSet());
            if (!given.equals(wanted)) {
                throw new MalformedFileException(input, mismatch(arguments, given));
            }
            NDList inputs = new NDList();
            for (String argument : arguments) {
                inputs.add(file.read(manager, INPUT + argument));
            }
            return inputs;
        }
    }

    private static String mismatch(List<String> arguments, Set<String> given) {
        List<String> missing =
                arguments.stream().filter(name -> !given.contains(INPUT + name)).toList();
        String problem =
                missing.isEmpty()
                        ? "has a tensor that is no argument of the model, "
                                + given.stream()
                                        .map(name -> name.substring(INPUT.length()))
                                        .filter(name -> !arguments.contains(name))
                                        .map(name -> MalformedFileException.quote(INPUT + name))
                                        .sorted()
                                        .collect(Collectors.joining(", "))
                        : "lacks the tensor "
                                + missing.stream()
                                        .map(name -> MalformedFileException.quote(INPUT + name))
                                        .collect(Collectors.joining(", "));
        return problem
                + "; the model takes "
                + arguments.stream().map(name -> INPUT + name).collect(Collectors.joining(", "));
    }

    /** Returns the outputs by the names under which they are written. */
    static Map<String, NDArray> named(NDList outputs) {
        Map<String, NDArray> named = new LinkedHashMap<>();
        for (NDArray array : outputs) {
            String name = array.getName();
            named.put(OUTPUT + (name == null ? named.size() : name), array);
        }
        return named;
    }
}
