/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint.head;

import static org.djladapters.io.MalformedFileException.quote;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.format.ConfigFields;
import org.djladapters.io.JsonFiles;

/** The file of an adapter directory that describes the head that the adapter brings. */
public final class HeadFile {

    /** The name of the file. */
    public static final String NAME = "head_config.json";

    private HeadFile() {}

    /** Writes a head as the text of its file. */
    public static String text(HeadConfig head) {
        JsonObject json = new JsonObject();
        json.addProperty("outputs", head.outputs());
        json.addProperty("pooling", head.pooling().toString());
        head.hidden().ifPresent(function -> json.addProperty("hidden", function.toString()));
        if (head.pairs() != HeadConfig.PairEncoding.CROSS) {
            json.addProperty("pair_encoding", head.pairs().toString());
        }
        return JsonFiles.text(json);
    }

    /** Reads a head, empty if there is no such file. */
    public static Optional<HeadConfig> read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        ConfigFields fields = ConfigFields.read(file);
        String pooling = fields.string("pooling", HeadConfig.Pooling.MEAN.toString());
        String hidden = fields.string("hidden", null);
        int outputs = fields.integer("outputs", 0);
        String pairs = fields.string("pair_encoding", HeadConfig.PairEncoding.CROSS.toString());
        fields.refuseOthers();
        Optional<HeadConfig.Pooling> pools = named(HeadConfig.Pooling.values(), pooling);
        Optional<HeadConfig.Activation> activates = named(HeadConfig.Activation.values(), hidden);
        Optional<HeadConfig.PairEncoding> encodes = named(HeadConfig.PairEncoding.values(), pairs);
        if (encodes.isEmpty()) {
            throw fields.invalid(
                    "the pair_encoding %s is none of %s"
                            .formatted(
                                    quote(pairs),
                                    Arrays.toString(HeadConfig.PairEncoding.values())));
        }
        if (outputs < 1 || pools.isEmpty() || activates.isPresent() != (hidden != null)) {
            throw fields.invalid(
                    ("a head of %s outputs with %s pooling%s does not exist; "
                                    + "outputs must be positive, pooling one of %s, and hidden, if "
                                    + "there, one of %s")
                            .formatted(
                                    outputs,
                                    quote(pooling),
                                    hidden == null ? "" : " and a hidden layer " + quote(hidden),
                                    Arrays.toString(HeadConfig.Pooling.values()),
                                    Arrays.toString(HeadConfig.Activation.values())));
        }
        return Optional.of(new HeadConfig(outputs, pools.get(), activates, false, encodes.get()));
    }

    private static <T> Optional<T> named(T[] values, String name) {
        return Arrays.stream(values).filter(value -> value.toString().equals(name)).findFirst();
    }
}
