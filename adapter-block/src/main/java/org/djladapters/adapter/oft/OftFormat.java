/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.oft;

import static org.djladapters.io.MalformedFileException.quote;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.MethodConfig;
import org.djladapters.adapter.format.ConfigFields;
import org.djladapters.adapter.format.Field;
import org.djladapters.adapter.format.MethodFormat;
import org.djladapters.io.MalformedFileException;
import org.djladapters.rotation.NeumannSeries;
import org.djladapters.rotation.OrthogonalMap;

/**
 * OFT adapters, with the fields of PEFT 0.17.1. Files of PEFT before 0.16, which computed something
 * else, are refused as PEFT itself refuses them.
 *
 * <p>The field {@code peft_version} tells which Neumann series an adapter has. PEFT writes it since
 * 0.18, the first version of the newer series, in which the last term counts once. So this class
 * writes the field for the newer series only. Without it PEFT 0.17 loads the adapter silently, and
 * newer versions warn of the older series; with it PEFT 0.17 warns of a newer version. A number
 * below 0.18 is never written: newer versions would keep it when they train the adapter further, in
 * the newer series.
 */
final class OftFormat extends MethodFormat {

    private static final String SIZE = "oft_block_size";
    private static final String OLD =
            "it is an OFT adapter of PEFT before 0.16, which used another formula; train it again";
    private static final String NEUMANN = "use_cayley_neumann";
    private static final String CONSTRAINED = "coft";
    private static final String BOUND = "eps";
    private static final String VERSION = "peft_version";

    /** The first version of today's series. */
    private static final String SINCE = "0.18.0";

    /** A version's first three numbers, what comes after them, and the commit that PEFT adds. */
    private static final Pattern VERSIONS =
            Pattern.compile(
                    "v?0*(\\d{1,6})(?:\\.0*(\\d{1,6}))?(?:\\.0*(\\d{1,6}))?(?:\\.\\d+)*"
                            + "((?:[-_.]?(?:a|b|c|rc|alpha|beta|pre|preview|post|rev|r|dev)"
                            + "[-_.]?\\d*){0,3})(?:\\+[a-z\\d._-]+)?(?:@.*)?",
                    Pattern.CASE_INSENSITIVE);

    private static final double DEFAULT_BOUND = 6e-5;

    OftFormat() {
        super(
                "OFT",
                OftConfig.class,
                OftConfig::builder,
                Field.bool("block_share", OftConfig.SHARED),
                Field.of(OftFormat::writeMap, OftFormat::readMap),
                Field.integer("num_cayley_neumann_terms", OftConfig.TERMS),
                Field.of(OftFormat::writeBound, OftFormat::readBound),
                Field.division("r", SIZE, 0),
                Field.bias("oft_only"),
                Field.moduleDropout(),
                Field.alwaysFalse("fan_in_fan_out"),
                Field.written("init_weights", new JsonPrimitive(true)),
                Field.written("exclude_modules", JsonNull.INSTANCE));
    }

    @Override
    public AdapterConfig read(ConfigFields fields, List<String> modulesToSave) throws IOException {
        if (!fields.has(SIZE)) {
            throw fields.invalid("has no field '" + SIZE + "'; " + OLD, null);
        }
        return super.read(fields, modulesToSave);
    }

    private static void writeMap(MethodConfig config, Map<String, JsonElement> fields) {
        boolean series = config.get(OftConfig.MAP) == OrthogonalMap.NEUMANN;
        fields.put(NEUMANN, new JsonPrimitive(series));
        if (series && config.get(OftConfig.SERIES) == NeumannSeries.LAST_ONCE) {
            fields.put(VERSION, new JsonPrimitive(SINCE));
        }
    }

    private static void readMap(ConfigFields fields, MethodConfig.Builder<?> config)
            throws IOException {
        if (fields.bool(NEUMANN, true)) {
            config.set(OftConfig.MAP, OrthogonalMap.NEUMANN);
            config.set(OftConfig.SERIES, series(fields));
        }
    }

    private static void writeBound(MethodConfig config, Map<String, JsonElement> fields) {
        double bound = config.get(OftConfig.BOUND);
        fields.put(CONSTRAINED, new JsonPrimitive(bound > 0));
        fields.put(BOUND, new JsonPrimitive(bound > 0 ? bound : DEFAULT_BOUND));
    }

    private static void readBound(ConfigFields fields, MethodConfig.Builder<?> config)
            throws IOException {
        double bound = fields.number(BOUND, DEFAULT_BOUND);
        if (fields.bool(CONSTRAINED, false)) {
            config.set(OftConfig.BOUND, bound);
        }
    }

    private static NeumannSeries series(ConfigFields fields) throws IOException {
        String version = fields.string(VERSION, null);
        if (version == null) {
            return NeumannSeries.LAST_TWICE;
        }
        Matcher parts = VERSIONS.matcher(version.strip());
        if (!parts.matches()) {
            throw fields.invalid(
                    "the field '"
                            + VERSION
                            + "' is "
                            + quote(version)
                            + " where a version such as "
                            + SINCE
                            + " is expected, on which the Cayley-Neumann series of the adapter"
                            + " depends; write the version of PEFT that trained it",
                    null);
        }
        int major = number(parts.group(1));
        int minor = number(parts.group(2));
        boolean old = major == 0 && minor < 18;
        // development versions with this number exist from before the series changed, and from
        // after
        if (old && minor == 17 && number(parts.group(3)) > 1 && !parts.group(4).isEmpty()) {
            throw fields.invalid(
                    "the field '"
                            + VERSION
                            + "' is "
                            + quote(version)
                            + ", under which PEFT changed its Cayley-Neumann series; write 0.17.1"
                            + " there if it trained the adapter before that, "
                            + SINCE
                            + " if after it",
                    null);
        }
        return old ? NeumannSeries.LAST_TWICE : NeumannSeries.LAST_ONCE;
    }

    private static int number(String digits) {
        return digits == null ? 0 : Integer.parseInt(digits);
    }

    @Override
    public void check(Path file, Set<String> tensors) throws MalformedFileException {
        for (String name : tensors) {
            if (name.contains(".oft_r.") || name.endsWith(".oft_r")) {
                throw new MalformedFileException(
                        file, "has the tensor " + quote(name) + "; " + OLD);
            }
        }
    }
}
