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
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.format.AdapterFormat;
import org.djladapters.adapter.format.BiasField;
import org.djladapters.adapter.format.ConfigFields;
import org.djladapters.adapter.format.DivisionFields;
import org.djladapters.adapter.format.TargetFields;
import org.djladapters.io.MalformedFileException;
import org.djladapters.rotation.NeumannSeries;
import org.djladapters.rotation.OrthogonalMap;

/**
 * OFT adapters, with the fields of PEFT 0.17.1. Files of PEFT before 0.16, which computed something
 * else, are refused as PEFT itself refuses them.
 *
 * <p>Which Neumann series an adapter has, PEFT tells by {@code peft_version}: it writes that field
 * since 0.18, the first version of the series in which the last term counts once. So that is
 * written for this series only. Without the field, PEFT from 0.18 on warns of an adapter of the
 * older series, and PEFT 0.17, which does not know the field, runs it in silence; with the field
 * PEFT 0.17 warns that the adapter is of a newer version. A number below 0.18 would be worse than
 * none: newer versions keep it when they train such an adapter further, in the newer series.
 */
final class OftFormat implements AdapterFormat {

    private static final String ADAPTED_BIAS = "oft_only";
    private static final String SIZE = "oft_block_size";
    private static final String OLD =
            "it is an OFT adapter of PEFT before 0.16, which used another formula; train it again";
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
    private static final int DEFAULT_TERMS = 5;

    @Override
    public String peftType() {
        return "OFT";
    }

    @Override
    public boolean isFor(AdapterConfig config) {
        return config instanceof OftConfig;
    }

    @Override
    public void write(AdapterConfig config, Map<String, JsonElement> fields) {
        OftConfig oft = (OftConfig) config;
        fields.put("r", new JsonPrimitive(oft.blocks()));
        fields.put(SIZE, new JsonPrimitive(oft.blockSize()));
        fields.put("block_share", new JsonPrimitive(oft.shared()));
        fields.put("coft", new JsonPrimitive(oft.constrained()));
        fields.put("eps", new JsonPrimitive(oft.constrained() ? oft.bound() : DEFAULT_BOUND));
        fields.put("use_cayley_neumann", new JsonPrimitive(oft.map() == OrthogonalMap.NEUMANN));
        fields.put("num_cayley_neumann_terms", new JsonPrimitive(oft.terms()));
        if (oft.map() == OrthogonalMap.NEUMANN && oft.series() == NeumannSeries.LAST_ONCE) {
            fields.put(VERSION, new JsonPrimitive(SINCE));
        }
        fields.put("module_dropout", new JsonPrimitive(oft.moduleDropout()));
        fields.put("init_weights", new JsonPrimitive(true));
        fields.put("fan_in_fan_out", new JsonPrimitive(false));
        BiasField.write(oft.bias(), ADAPTED_BIAS, fields);
        TargetFields.write(oft.targets(), fields);
        fields.putIfAbsent("exclude_modules", JsonNull.INSTANCE);
    }

    @Override
    public AdapterConfig read(ConfigFields fields, List<String> modulesToSave) throws IOException {
        if (!fields.has(SIZE)) {
            throw fields.invalid("has no field '" + SIZE + "'; " + OLD, null);
        }
        OftConfig.Builder config =
                OftConfig.builder()
                        .optTargets(TargetFields.read(fields))
                        .optModulesToSave(modulesToSave)
                        .optBias(BiasField.read(fields, ADAPTED_BIAS))
                        .optShared(fields.bool("block_share", false));
        if (fields.bool("use_cayley_neumann", true)) {
            config.optMap(OrthogonalMap.NEUMANN).optSeries(series(fields));
        }
        int blocks = fields.integer("r", 0);
        int size = fields.integer(SIZE, 0);
        int terms = fields.integer("num_cayley_neumann_terms", DEFAULT_TERMS);
        boolean constrained = fields.bool("coft", false);
        double bound = fields.number("eps", DEFAULT_BOUND);
        double dropout = fields.number("module_dropout", 0);
        // of no effect, since the weight's kind is known
        fields.bool("fan_in_fan_out", false);
        DivisionFields.requireOne(fields, "r", blocks, SIZE, size);
        try {
            if (constrained) {
                config.optConstrained(bound);
            }
            if (size != 0) {
                config.optBlockSize(size);
            } else {
                config.optBlocks(blocks);
            }
            return config.optTerms(terms).optModuleDropout(dropout).build();
        } catch (IllegalArgumentException e) {
            throw fields.invalid(e.getMessage(), e);
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
        // development versions of one number wrote the field before the series changed, and after
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

    @Override
    public List<WeightAdapter> newAdapters(AdapterConfig config, List<WeightSpec> weights) {
        return ((OftConfig) config).adaptersForCheckpoint(weights);
    }
}
