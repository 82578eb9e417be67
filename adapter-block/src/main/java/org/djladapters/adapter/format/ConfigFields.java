/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.format;

import static org.djladapters.io.MalformedFileException.quote;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.djladapters.io.JsonFields;
import org.djladapters.io.JsonFiles;
import org.djladapters.io.MalformedFileException;

/** The fields of a configuration file, which notes the fields that are read. */
public final class ConfigFields extends JsonFields {

    /** Fields that say where an adapter comes from or how it was started, not what it computes. */
    private static final Set<String> HARMLESS =
            Set.of(
                    "auto_mapping",
                    "base_model_name_or_path",
                    "inference_mode",
                    "init_weights",
                    "peft_version",
                    "revision",
                    "task_type");

    /** Why an option of PEFT can't be had. */
    private static final Map<String, String> REASONS =
            Map.of(
                    "alora_invocation_tokens",
                    "it changes only what follows these tokens (aLoRA), and adapters here change"
                            + " layers for all tokens",
                    "layer_replication",
                    "it repeats layers of the base model, which has to be opened with them",
                    "target_parameters",
                    "it adapts parameters, such as those of experts, that are not weights of layers"
                            + " here",
                    "trainable_token_indices",
                    "vectors of tokens are an adapter of their own here; train them by a"
                            + " TrainableTokensConfig and activate both adapters");

    private final Set<String> read = new HashSet<>();

    private ConfigFields(String source, JsonObject json) {
        super(source, json);
    }

    /** Reads the fields of a file. */
    public static ConfigFields read(Path file) throws IOException {
        return of(file.toString(), JsonFiles.read(file));
    }

    /** Returns the fields of what was read already from a source, which messages name. */
    public static ConfigFields of(String source, JsonElement json) throws MalformedFileException {
        return new ConfigFields(source, object(source, json));
    }

    /** Returns the same file with other fields. */
    public ConfigFields map(UnaryOperator<JsonObject> change) {
        return new ConfigFields(source(), change.apply(json()));
    }

    @Override
    protected JsonElement get(String name) {
        read.add(name);
        return super.get(name);
    }

    /** Notes that fields do not matter, whatever they are. */
    public void ignore(String... names) {
        read.addAll(List.of(names));
    }

    /**
     * Refuses what was not read, unless it is known to be harmless or says nothing: null, false,
     * zero or empty.
     */
    public void refuseOthers() throws IOException {
        for (String name : json().keySet()) {
            if (!read.contains(name)
                    && !HARMLESS.contains(name)
                    && !saysNothing(json().get(name))) {
                String reason =
                        REASONS.containsKey(name)
                                ? ": " + REASONS.get(name)
                                : ", an option that is not known here and may change what the"
                                        + " adapter computes; save the adapter without it";
                throw invalid(
                        "the field "
                                + quote(name)
                                + " is "
                                + quote(json().get(name).toString())
                                + reason);
            }
        }
    }

    /** Returns the error for a text that a field can't have. */
    public MalformedFileException unexpected(String name, String value, String expected) {
        return invalid(
                "the field '%s' is %s where %s is expected; get or save the file again"
                        .formatted(name, quote(value), expected));
    }

    /** Returns a number as PEFT writes it: without a fraction where it has none. */
    public static JsonPrimitive primitive(double value) {
        boolean whole = value == Math.rint(value) && Math.abs(value) < Integer.MAX_VALUE;
        return whole ? new JsonPrimitive((int) value) : new JsonPrimitive(value);
    }

    private static boolean saysNothing(JsonElement value) {
        if (value instanceof JsonArray array) {
            return array.isEmpty();
        }
        if (value instanceof JsonObject object) {
            return object.isEmpty();
        }
        return value.isJsonNull() || Set.of("false", "0", "0.0", "").contains(value.getAsString());
    }
}
