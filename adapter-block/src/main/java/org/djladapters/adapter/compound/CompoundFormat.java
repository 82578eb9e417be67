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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.Bias;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.format.AdapterFormat;
import org.djladapters.adapter.format.BiasField;
import org.djladapters.adapter.format.ConfigFields;
import org.djladapters.adapter.format.SkewMatrices;
import org.djladapters.adapter.format.TargetFields;
import org.djladapters.adapter.singular.BasisRecord;
import org.djladapters.rotation.CompoundForm;
import org.djladapters.rotation.EntryRule;
import org.djladapters.rotation.OrthogonalMap;

/**
 * Compound adapters, with the fields of the PEFT fork in which they were introduced. Options that
 * the fork has not are written only where they differ from what it does.
 */
final class CompoundFormat implements AdapterFormat {

    private static final String PREFIX = "comp_";
    private static final String ADAPTED_BIAS = "compound_only";
    private static final String ORDERS = "orders_pattern";
    private static final String SIZES = "block_size_pattern";
    private static final String BASIS = "basis";
    private static final String DIRECTIONS = "singular_directions";
    private static final String CENTERED = "adapter_sum_centered";
    private static final String STAGGERED = "staggered_offsets";
    private static final String GAINS = "use_gains";
    private static final String STRIDED = "strided_blocks";
    private static final String SIDE = "rotated_side";
    private static final int DEFAULT_BLOCKS = 8;
    private static final int DEFAULT_TERMS = 5;

    @Override
    public String peftType() {
        return "COMPOUND";
    }

    @Override
    public boolean isReadByPeft() {
        return false;
    }

    @Override
    public boolean isFor(AdapterConfig config) {
        return config instanceof CompoundConfig;
    }

    @Override
    public List<String> patternFields() {
        return List.of(ORDERS, SIZES);
    }

    @Override
    public void write(AdapterConfig config, Map<String, JsonElement> fields) {
        CompoundConfig compound = (CompoundConfig) config;
        fields.put(
                "compound_pattern",
                TargetFields.list(compound.orders().stream().map(k -> PREFIX + k).toList()));
        fields.put("compound_type", new JsonPrimitive(compound.rule().toString()));
        fields.put("block_share", new JsonPrimitive(compound.shared()));
        fields.put("use_orthogonal", new JsonPrimitive(compound.map() != OrthogonalMap.MATRIX));
        fields.put("num_adapters", new JsonPrimitive(compound.chain()));
        fields.put("adapter_multiplicative", new JsonPrimitive(!compound.added()));
        fields.put("use_offset_blocks", new JsonPrimitive(compound.offsets()));
        fields.put("use_scaling", new JsonPrimitive(compound.scaling()));
        fields.put("module_dropout", new JsonPrimitive(compound.moduleDropout()));
        fields.put("init_weights", new JsonPrimitive(true));
        if (compound.bias() != Bias.NONE) {
            BiasField.write(compound.bias(), ADAPTED_BIAS, fields);
        }
        TargetFields.write(compound.targets(), fields);
        if (compound.blocks() > 0) {
            fields.put("r", new JsonPrimitive(compound.blocks()));
        } else {
            // the fork must not take its default number of blocks instead
            fields.put("r", JsonNull.INSTANCE);
            fields.put("block_size", new JsonPrimitive(compound.blockSize()));
        }
        if (compound.map().isSkew() && compound.map() != OrthogonalMap.CAYLEY) {
            fields.put("map", new JsonPrimitive(compound.map().toString()));
        }
        if (compound.map() == OrthogonalMap.NEUMANN) {
            fields.put("neumann_terms", new JsonPrimitive(compound.terms()));
        }
        if (compound.basis() != CompoundBasis.STANDARD) {
            fields.put(BASIS, new JsonPrimitive(compound.basis().toString()));
        }
        if (compound.directions() > 0) {
            fields.put(DIRECTIONS, new JsonPrimitive(compound.directions()));
        }
        if (!compound.ordersPatterns().isEmpty()) {
            JsonObject orders = new JsonObject();
            compound.ordersPatterns()
                    .values()
                    .forEach((pattern, own) -> orders.addProperty(pattern, Orders.word(own)));
            fields.put(ORDERS, orders);
        }
        if (!compound.blockSizePatterns().isEmpty()) {
            JsonObject sizes = new JsonObject();
            compound.blockSizePatterns().values().forEach(sizes::addProperty);
            fields.put(SIZES, sizes);
        }
        if (compound.centered()) {
            fields.put(CENTERED, new JsonPrimitive(true));
        }
        if (compound.staggered()) {
            fields.put(STAGGERED, new JsonPrimitive(true));
        }
        if (compound.gains()) {
            fields.put(GAINS, new JsonPrimitive(true));
        }
        if (compound.strided()) {
            fields.put(STRIDED, new JsonPrimitive(true));
        }
        if (compound.side() != RotatedSide.OUTPUT) {
            fields.put(SIDE, new JsonPrimitive(compound.side().toString()));
        }
    }

    @Override
    public AdapterConfig read(ConfigFields fields, List<String> modulesToSave) throws IOException {
        CompoundConfig.Builder config =
                CompoundConfig.builder()
                        .optTargets(TargetFields.read(fields))
                        .optModulesToSave(modulesToSave)
                        .optBias(BiasField.read(fields, ADAPTED_BIAS))
                        .optShared(fields.bool("block_share", false))
                        .optScaling(fields.bool("use_scaling", false));
        boolean added = !fields.bool("adapter_multiplicative", true);
        if (fields.bool(CENTERED, false)) {
            config.optAdded(added);
        } else {
            config.optReferenceAdded(added);
        }
        boolean offsets = fields.bool("use_offset_blocks", false);
        if (fields.bool(STAGGERED, false)) {
            config.optOffsets(offsets);
        } else {
            config.optReferenceOffsets(offsets);
        }
        config.optGains(fields.bool(GAINS, false)).optStrided(fields.bool(STRIDED, false));
        String side = fields.string(SIDE, RotatedSide.OUTPUT.toString());
        int[] orders = orders(fields);
        CompoundBasis basis = basis(fields);
        String rule = fields.string("compound_type", EntryRule.DETERMINANT.toString());
        String map = fields.string("map", OrthogonalMap.CAYLEY.toString());
        boolean orthogonal = fields.bool("use_orthogonal", true);
        int terms = fields.integer("neumann_terms", DEFAULT_TERMS);
        int chain = fields.integer("num_adapters", 1);
        double dropout = fields.number("module_dropout", 0);
        boolean sized = fields.has("block_size");
        int blockSize = fields.integer("block_size", 0);
        int blocks = fields.integer("r", DEFAULT_BLOCKS);
        boolean directed = fields.has(DIRECTIONS);
        int directions = fields.integer(DIRECTIONS, 0);
        Map<String, String> ordersByPattern = fields.stringMap(ORDERS);
        Map<String, Integer> sizesByPattern = fields.integerMap(SIZES);
        if (sized && fields.has("r")) {
            throw fields.invalid("gives both 'r' and 'block_size'; remove one of them", null);
        }
        try {
            if (sized) {
                config.optBlockSize(blockSize);
            } else {
                config.optBlocks(blocks);
            }
            if (directed) {
                config.optDirections(directions);
            }
            return config.setOrders(orders)
                    .optBasis(basis)
                    .optOrdersPattern(Orders.parse(ordersByPattern))
                    .optBlockSizePattern(sizesByPattern)
                    .optSide(RotatedSide.of(side))
                    .optRule(EntryRule.of(rule))
                    .optMap(orthogonal ? OrthogonalMap.of(map) : OrthogonalMap.MATRIX)
                    .optTerms(terms)
                    .optChain(chain)
                    .optModuleDropout(dropout)
                    .build();
        } catch (IllegalArgumentException e) {
            throw fields.invalid(e.getMessage(), e);
        }
    }

    private static CompoundBasis basis(ConfigFields fields) throws IOException {
        String word = fields.string(BASIS, CompoundBasis.STANDARD.toString());
        for (CompoundBasis basis : CompoundBasis.values()) {
            if (basis.toString().equals(word)) {
                return basis;
            }
        }
        throw fields.invalid(
                "the field '"
                        + BASIS
                        + "' is "
                        + quote(word)
                        + " where standard or singular is expected; get or save the file again",
                null);
    }

    private static int[] orders(ConfigFields fields) throws IOException {
        List<String> patterns = fields.strings("compound_pattern");
        if (patterns.isEmpty()) {
            throw fields.missing("compound_pattern", "a list such as [\"comp_1\", \"comp_2\"]");
        }
        int[] orders = new int[patterns.size()];
        for (int i = 0; i < orders.length; i++) {
            if (!patterns.get(i).matches(PREFIX + "[1-9]\\d{0,2}")) {
                throw fields.invalid(
                        "the field 'compound_pattern' has "
                                + quote(patterns.get(i))
                                + " where names such as comp_1 are expected",
                        null);
            }
            orders[i] = Integer.parseInt(patterns.get(i).substring(PREFIX.length()));
        }
        return orders;
    }

    @Override
    public List<WeightAdapter> newAdapters(AdapterConfig config, List<WeightSpec> weights) {
        return ((CompoundConfig) config).adaptersForCheckpoint(weights);
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
