/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.kind;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.djladapters.adapter.Adapter;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.checkpoint.Provenance;

/**
 * The options of the run that trained an adapter.
 *
 * @param values texts by the names of the options, none if no run is known
 */
public record RecordedOptions(Map<String, String> values) {

    /** The option that names the kind of task. */
    public static final String KIND = "task";

    public static final String MAX_LENGTH = "max_length";

    /** The option that says in which type the model computed. */
    public static final String PRECISION = "precision";

    /** The options of an adapter without a record. */
    public static final RecordedOptions NONE = new RecordedOptions(Map.of());

    /** Reads the record of an adapter directory. */
    public static RecordedOptions read(Path adapterDirectory) throws IOException {
        Path record = adapterDirectory.resolve(AdapterDirectory.PROVENANCE);
        return Files.exists(record) ? new RecordedOptions(Provenance.read(record).options()) : NONE;
    }

    /** Returns the recorded options of an adapter of a model. */
    public static RecordedOptions of(Adapter adapter) {
        return new RecordedOptions(adapter.record().options());
    }

    /** Returns the name of the kind of task, if it is recorded. */
    public Optional<String> kind() {
        return text(KIND);
    }

    public Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name));
    }

    public boolean flag(String name) {
        return Boolean.parseBoolean(values.get(name));
    }

    /**
     * Reads a whole number.
     *
     * @throws IOException if the option is something else
     */
    public OptionalInt number(String name) throws IOException {
        String value = values.get(name);
        if (value == null) {
            return OptionalInt.empty();
        }
        try {
            return OptionalInt.of(Integer.parseInt(value));
        } catch (NumberFormatException e) {
            throw notNumber(name, value, "whole number", e);
        }
    }

    /**
     * Reads a real number.
     *
     * @throws IOException if the option is something else
     */
    public OptionalDouble real(String name) throws IOException {
        String value = values.get(name);
        if (value == null) {
            return OptionalDouble.empty();
        }
        try {
            return OptionalDouble.of(Double.parseDouble(value));
        } catch (NumberFormatException e) {
            throw notNumber(name, value, "number", e);
        }
    }

    private static IOException notNumber(
            String name, String value, String needed, NumberFormatException cause) {
        return new IOException(
                ("The option '%s' of the adapter's task is '%s' where a %s is needed; correct it in"
                                + " %s, or remove that file")
                        .formatted(name, value, needed, AdapterDirectory.PROVENANCE),
                cause);
    }

    /** Returns the number of tokens to which texts were truncated. */
    public OptionalInt maxLength() throws IOException {
        return number(MAX_LENGTH);
    }
}
