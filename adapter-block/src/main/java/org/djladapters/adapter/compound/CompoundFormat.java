/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.compound;

import static org.djladapters.io.MalformedFileException.quote;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.MethodConfig;
import org.djladapters.adapter.ModulePatterns;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.format.ConfigFields;
import org.djladapters.adapter.format.Field;
import org.djladapters.adapter.format.MethodFormat;
import org.djladapters.adapter.format.SkewMatrices;
import org.djladapters.adapter.format.TargetFields;
import org.djladapters.adapter.singular.BasisRecord;
import org.djladapters.option.Option;
import org.djladapters.rotation.CompoundForm;
import org.djladapters.rotation.EntryRule;
import org.djladapters.rotation.OrthogonalMap;

/**
 * Compound adapters, with the fields of the PEFT fork in which they were introduced. Options that
 * the fork has not are written only where they differ from what it does.
 */
final class CompoundFormat extends MethodFormat {

    private static final String PREFIX = "comp_";
    private static final String ORDERS = "compound_pattern";
    private static final String ORDERS_BY_PATTERN = "orders_pattern";
    private static final String SIZES_BY_PATTERN = "block_size_pattern";
    private static final String BLOCKS = "r";
    private static final String BLOCK_SIZE = "block_size";
    private static final String ORTHOGONAL = "use_orthogonal";
    private static final String MAP = "map";
    private static final String TERMS = "neumann_terms";
    private static final String CENTERED = "adapter_sum_centered";
    private static final String STAGGERED = "staggered_offsets";
    private static final int DEFAULT_BLOCKS = 8;

    CompoundFormat() {
        super(
                "COMPOUND",
                CompoundConfig.class,
                CompoundConfig::builder,
                Field.bool("block_share", CompoundOptions.SHARED),
                Field.bool("use_scaling", CompoundOptions.SCALING),
                Field.of(
                        "adapter_multiplicative",
                        CompoundOptions.ADDED,
                        added -> new JsonPrimitive(!added),
                        (fields, key) -> !fields.bool(key, true)),
                own(CENTERED, CompoundConfig::centered, CompoundOptions.REFERENCE_SUM),
                Field.bool("use_offset_blocks", CompoundOptions.OFFSETS),
                own(STAGGERED, CompoundConfig::staggered, CompoundOptions.REFERENCE_OFFSETS),
                Field.bool("use_gains", CompoundOptions.GAINS).ifSet(),
                Field.bool("strided_blocks", CompoundOptions.STRIDED).ifSet(),
                Field.text("rotated_side", CompoundOptions.SIDE, RotatedSide::of).ifSet(),
                Field.of(CompoundFormat::writeOrders, CompoundFormat::readOrders),
                Field.word(
                                "basis",
                                CompoundOptions.BASIS,
                                List.of(CompoundBasis.values()),
                                CompoundBasis::toString)
                        .ifSet(),
                Field.text("compound_type", CompoundOptions.RULE, EntryRule::of),
                Field.of(CompoundFormat::writeMap, CompoundFormat::readMap),
                Field.integer("num_adapters", CompoundOptions.CHAIN),
                Field.of(CompoundFormat::writeBlocks, CompoundFormat::readBlocks),
                Field.integer("singular_directions", CompoundOptions.DIRECTIONS).ifSet(),
                Field.of(
                                ORDERS_BY_PATTERN,
                                CompoundOptions.ORDERS_PATTERN,
                                CompoundFormat::words,
                                (fields, key) -> Orders.parse(fields.stringMap(key)))
                        .ifSet(),
                Field.integers(
                                SIZES_BY_PATTERN,
                                CompoundOptions.BLOCK_SIZE_PATTERN,
                                ModulePatterns::of)
                        .ifSet(),
                Field.moduleDropout(),
                Field.bias("compound_only").ifSet(),
                Field.written("init_weights", new JsonPrimitive(true)));
    }

    /** Returns a field of something that the reference does in another way. */
    private static Field own(
            String key, Predicate<CompoundConfig> isOwn, Option<Boolean> reference) {
        return Field.of(
                (config, fields) -> {
                    if (isOwn.test((CompoundConfig) config)) {
                        fields.put(key, new JsonPrimitive(true));
                    }
                },
                (fields, config) -> config.set(reference, !fields.bool(key, false)));
    }

    @Override
    public boolean isReadByPeft() {
        return false;
    }

    @Override
    public List<String> patternFields() {
        return List.of(ORDERS_BY_PATTERN, SIZES_BY_PATTERN);
    }

    private static void writeOrders(MethodConfig config, Map<String, JsonElement> fields) {
        List<Integer> orders = config.get(CompoundOptions.ORDERS);
        fields.put(ORDERS, TargetFields.list(orders.stream().map(k -> PREFIX + k).toList()));
    }

    private static void readOrders(ConfigFields fields, MethodConfig.Builder<?> config)
            throws IOException {
        List<String> words = fields.strings(ORDERS);
        if (words.isEmpty()) {
            throw fields.missing(ORDERS, "a list such as [\"comp_1\", \"comp_2\"]");
        }
        List<Integer> orders = new ArrayList<>();
        for (String word : words) {
            if (!word.matches(PREFIX + "[1-9]\\d{0,2}")) {
                throw fields.invalid(
                        "the field '%s' has %s where names such as comp_1 are expected"
                                .formatted(ORDERS, quote(word)),
                        null);
            }
            orders.add(Integer.valueOf(word.substring(PREFIX.length())));
        }
        config.set(CompoundOptions.ORDERS, List.copyOf(orders));
    }

    private static JsonObject words(ModulePatterns<List<Integer>> orders) {
        JsonObject words = new JsonObject();
        orders.values().forEach((pattern, own) -> words.addProperty(pattern, Orders.word(own)));
        return words;
    }

    private static void writeMap(MethodConfig config, Map<String, JsonElement> fields) {
        OrthogonalMap map = config.get(CompoundOptions.MAP);
        fields.put(ORTHOGONAL, new JsonPrimitive(map != OrthogonalMap.MATRIX));
        if (map.isSkew() && map != OrthogonalMap.CAYLEY) {
            fields.put(MAP, new JsonPrimitive(map.toString()));
        }
        if (map == OrthogonalMap.NEUMANN) {
            fields.put(TERMS, new JsonPrimitive(config.get(CompoundOptions.TERMS)));
        }
    }

    private static void readMap(ConfigFields fields, MethodConfig.Builder<?> config)
            throws IOException {
        String map = fields.string(MAP, OrthogonalMap.CAYLEY.toString());
        boolean orthogonal = fields.bool(ORTHOGONAL, true);
        int terms = fields.integer(TERMS, CompoundOptions.TERMS.standard().orElseThrow());
        config.set(CompoundOptions.MAP, orthogonal ? OrthogonalMap.of(map) : OrthogonalMap.MATRIX);
        config.set(CompoundOptions.TERMS, terms);
    }

    private static void writeBlocks(MethodConfig config, Map<String, JsonElement> fields) {
        int blocks = config.get(CommonOptions.BLOCKS);
        if (blocks > 0) {
            fields.put(BLOCKS, new JsonPrimitive(blocks));
        } else {
            // the fork must not take its default number of blocks instead
            fields.put(BLOCKS, JsonNull.INSTANCE);
            fields.put(BLOCK_SIZE, new JsonPrimitive(config.get(CommonOptions.BLOCK_SIZE)));
        }
    }

    private static void readBlocks(ConfigFields fields, MethodConfig.Builder<?> config)
            throws IOException {
        int blockSize = fields.integer(BLOCK_SIZE, 0);
        int blocks = fields.integer(BLOCKS, DEFAULT_BLOCKS);
        if (!fields.has(BLOCK_SIZE)) {
            config.set(CommonOptions.BLOCKS, blocks);
        } else if (fields.has(BLOCKS)) {
            throw fields.invalid("gives both 'r' and 'block_size'; remove one of them", null);
        } else {
            config.set(CommonOptions.BLOCK_SIZE, blockSize);
        }
    }

    @Override
    public List<Shape> shapes(AdapterConfig config, WeightAdapter block, String parameter) {
        Shape own = block.getDirectParameters().get(parameter).getArray().getShape();
        if (!isTriangle(config, parameter)) {
            return List.of(own);
        }
        int n = form(config, block, parameter).layout().size();
        return List.of(own, new Shape(own.get(0), own.get(1), n, n));
    }

    @Override
    public NDArray toFile(
            AdapterConfig config,
            WeightAdapter block,
            String parameter,
            NDArray value,
            boolean full,
            NDManager scope) {
        if (full) {
            requireReference((CompoundConfig) config, form(config, block, parameter));
        }
        if (!full || !isTriangle(config, parameter)) {
            return value;
        }
        return SkewMatrices.full(value, form(config, block, parameter).layout().size(), scope);
    }

    /** The fork would read what it has not as something else, and say nothing. */
    private static void requireReference(CompoundConfig config, CompoundForm form) {
        Map<String, Boolean> ours = new LinkedHashMap<>();
        ours.put("gains", config.gains());
        ours.put("strided blocks", config.strided());
        ours.put("basis " + config.basis(), config.basis() != CompoundBasis.STANDARD);
        ours.put("sums that start at the identity", config.centered() && config.chain() > 1);
        ours.put("patterns of orders", !config.ordersPatterns().isEmpty());
        ours.put("patterns of block sizes", !config.blockSizePatterns().isEmpty());
        ours.put("the side " + config.side(), config.side() != RotatedSide.OUTPUT);
        ours.put(
                "offsets by parts of a block, which the chain has where its length divides the"
                        + " number of blocks",
                form.isStaggered());
        ours.forEach(
                (option, used) -> {
                    if (used) {
                        throw new IllegalArgumentException(
                                "The reference implementation has no "
                                        + option
                                        + ", so the adapter can't be written in its layout; write"
                                        + " it in the packed one");
                    }
                });
    }

    @Override
    public NDArray fromFile(
            AdapterConfig config, WeightAdapter block, String parameter, NDArray stored) {
        boolean matrices = isTriangle(config, parameter) && stored.getShape().dimension() == 4;
        return matrices ? SkewMatrices.packed(stored) : stored;
    }

    /** Files of older versions have no signs of singular vectors. */
    @Override
    public boolean mayLack(String fixed) {
        return BasisRecord.isSigns(fixed);
    }

    private static boolean isTriangle(AdapterConfig config, String parameter) {
        boolean matrices =
                parameter.equals(SideRotation.OUTPUT) || parameter.equals(SideRotation.INPUT);
        return matrices && ((CompoundConfig) config).map().isSkew();
    }

    /** The form of the side of a weight that a parameter belongs to. */
    private static CompoundForm form(AdapterConfig config, WeightAdapter block, String parameter) {
        boolean inputs = parameter.startsWith(SideRotation.INPUT);
        return ((CompoundConfig) config).form(block.weight(), inputs);
    }
}
