/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.format;

import static org.djladapters.io.MalformedFileException.quote;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.util.Map;
import org.djladapters.adapter.Bias;

/** The field {@code bias} of PEFT's configurations: none, all, or a method's own word. */
public final class BiasField {

    private static final String NAME = "bias";
    private static final String NONE = "none";
    private static final String ALL = "all";

    private BiasField() {}

    /**
     * Writes the field.
     *
     * @param adapted the method's word for the biases of adapted modules, such as {@code lora_only}
     */
    public static void write(Bias bias, String adapted, Map<String, JsonElement> fields) {
        String word =
                switch (bias) {
                    case NONE -> NONE;
                    case ALL -> ALL;
                    case ADAPTED -> adapted;
                };
        fields.put(NAME, new JsonPrimitive(word));
    }

    /**
     * Reads the field.
     *
     * @param adapted the method's word for the biases of adapted modules
     */
    public static Bias read(ConfigFields fields, String adapted) throws IOException {
        String word = fields.string(NAME, NONE);
        if (word.equals(NONE)) {
            return Bias.NONE;
        }
        if (word.equals(ALL)) {
            return Bias.ALL;
        }
        if (word.equals(adapted)) {
            return Bias.ADAPTED;
        }
        throw fields.invalid(
                "the field 'bias' is "
                        + quote(word)
                        + " where none, all or "
                        + adapted
                        + " is expected; get or save the file again",
                null);
    }
}
