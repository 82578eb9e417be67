/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import ai.djl.ndarray.types.DataType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.djladapters.adapter.Methods;
import org.djladapters.adapter.method.MethodDescriptor;
import org.djladapters.data.TaskKind;
import org.djladapters.examples.bench.ModelShape;
import org.djladapters.io.Names;
import org.djladapters.matmul.Matmul;
import org.djladapters.matmul.Precision;
import org.djladapters.vectors.VectorEncoding;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** Checks what a command is given; its errors point to the command's help. */
final class Usage {

    private Usage() {}

    /** Returns the error for options that do not fit each other. */
    static ParameterException wrong(CommandSpec command, String message) {
        return new ParameterException(command.commandLine(), message);
    }

    /** Makes a value of options; an {@link IllegalArgumentException} is an error of these. */
    static <T> T checked(CommandSpec command, Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }

    /** Runs a check; an {@link IllegalArgumentException} is an error of options. */
    static void check(CommandSpec command, Runnable action) {
        checked(
                command,
                () -> {
                    action.run();
                    return true;
                });
    }

    /** Copies the arguments of a command without some options, each with its value. */
    static List<String> without(List<String> arguments, String... options) {
        List<String> kept = new ArrayList<>();
        Iterator<String> rest = arguments.iterator();
        while (rest.hasNext()) {
            String argument = rest.next();
            if (List.of(options).contains(argument)) {
                rest.next();
            } else if (Stream.of(options).noneMatch(name -> argument.startsWith(name + "="))) {
                kept.add(argument);
            }
        }
        return kept;
    }

    /**
     * Repeats the options of a command for a process that has another folder, so with absolute
     * paths.
     *
     * @param locations options that are paths where such a file is
     * @param left options that are left out
     */
    static List<String> repeated(CommandSpec command, Set<String> locations, Set<String> left) {
        List<String> words = new ArrayList<>();
        for (OptionSpec option : command.commandLine().getParseResult().matchedOptions()) {
            String name = option.longestName();
            if (left.contains(name)) {
                continue;
            }
            if (option.arity().max() == 0) {
                words.add(name);
                continue;
            }
            for (String value : option.originalStringValues()) {
                boolean isPath =
                        option.type() == Path.class
                                || (locations.contains(name) && Files.exists(Path.of(value)));
                words.add(name + "=" + (isPath ? Path.of(value).toAbsolutePath() : value));
            }
        }
        return words;
    }

    /** Refuses options beside some that have a purpose of their own. */
    static void requireOnly(CommandSpec command, Set<String> fitting, String purpose) {
        for (OptionSpec option : command.commandLine().getParseResult().matchedOptions()) {
            if (!fitting.contains(option.longestName())) {
                throw wrong(command, purpose + "; leave out " + option.longestName());
            }
        }
    }

    /** Passes on the value of an option if it is given. */
    static <T> void ifGiven(T value, Consumer<T> set) {
        if (value != null) {
            set.accept(value);
        }
    }

    /** Returns the values of some options that are given, in their order. */
    static Map<String, Object> given(CommandSpec command, CommandSpec options) {
        Map<String, Object> given = new LinkedHashMap<>();
        for (OptionSpec option : command.commandLine().getParseResult().matchedOptions()) {
            if (options.findOption(option.longestName()) != null) {
                given.put(option.longestName(), option.getValue());
            }
        }
        return given;
    }

    /** Teaches picocli to read the types of options; what can't be read is explained. */
    static CommandLine withConverters(CommandLine commandLine) {
        return commandLine
                .registerConverter(MethodDescriptor.class, converter(Methods::descriptor))
                .registerConverter(ModelShape.class, converter(ModelShape::of))
                .registerConverter(TaskKind.class, converter(TaskKind::of))
                .registerConverter(Matmul.class, Usage::readMatmul)
                .registerConverter(DataType.class, Usage::readType)
                .registerConverter(Precision.class, converter(Precision::of))
                .registerConverter(
                        VectorEncoding.class,
                        converter(word -> Names.parse(VectorEncoding.class, "encoding", word)));
    }

    private static DataType readType(String word) {
        return switch (word) {
            case "float32" -> DataType.FLOAT32;
            case "bfloat16" -> DataType.BFLOAT16;
            case "float16" -> DataType.FLOAT16;
            default ->
                    throw new TypeConversionException(
                            ("'%s' is no type of weights; the types are float32, bfloat16,"
                                            + " float16")
                                    .formatted(word));
        };
    }

    private static Matmul readMatmul(String word) {
        try {
            return word.equals("auto") ? null : Matmul.parse(word);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage() + ", or auto");
        }
    }

    /** Turns a function that refuses words with an {@link IllegalArgumentException}. */
    static <T> ITypeConverter<T> converter(Function<String, T> read) {
        return word -> {
            try {
                return read.apply(word);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        };
    }
}
