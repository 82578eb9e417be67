/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.compound.CompoundConfig;

/** Models with two adapters, "a" and "b", that are no identities. */
final class TwoAdapters {

    /** DJL's own Blocks. */
    private static final String BLOCKS = "blocks";

    private TwoAdapters() {}

    /**
     * Models whose adapters share layers, train a module in full, are apart, or have no sockets.
     */
    static Stream<String> models() {
        return Stream.of("tiny-bert-classifier", "tiny-gpt2", "tiny-llama", "tiny-resnet", BLOCKS);
    }

    static AdaptedModel open(String name) throws IOException {
        AdaptedModel model =
                name.equals(BLOCKS) ? blocks() : AdaptedModel.open(Models.directory(name));
        CompoundConfig.Builder a = CompoundConfig.builder().optOrders(1);
        CompoundConfig.Builder b = CompoundConfig.builder().optOrders(1).optScaling(true);
        switch (name) {
            case "tiny-bert-classifier" -> {
                a.optTargets("query", "value").optModulesToSave(List.of("classifier"));
                b.optTargets("query", "dense");
            }
            case "tiny-gpt2" -> {
                a.optTargets("c_attn", "lm_head");
                b.optTargets("c_attn");
            }
            case "tiny-llama" -> {
                a.optTargets("q_proj");
                b.optTargets("v_proj");
            }
            case "tiny-resnet" -> {
                a.optTargets("convolution");
                b.optTargets("classifier.1");
            }
            default -> {
                Targets all = Targets.of(paths(model));
                a.optTargets(all);
                b.optTargets(all);
            }
        }
        model.add("a", a.build());
        model.add("b", b.build());
        Passes.perturb(model, "a", 1);
        Passes.perturb(model, "b", 2);
        return model;
    }

    private static String[] paths(AdaptedModel model) {
        return model.targetModules().stream().map(TargetModule::path).toArray(String[]::new);
    }

    private static AdaptedModel blocks() {
        Model model = Model.newInstance(BLOCKS, Device.cpu(), "PyTorch");
        model.setBlock(network(model.getNDManager()));
        return AdaptedModel.of(model);
    }

    /** A small network of DJL's own Blocks that takes rows of five numbers. */
    static Block network(NDManager manager) {
        Block network =
                new SequentialBlock()
                        .add(Linear.builder().setUnits(8).build())
                        .add(Activation::tanh)
                        .add(Linear.builder().setUnits(3).build());
        network.initialize(manager, DataType.FLOAT32, new Shape(1, 5));
        return network;
    }

    /** Rows that differ from one another. */
    static NDList inputs(AdaptedModel model, NDManager manager, int rows) {
        if (model.inputNames().isEmpty()) {
            return new NDList(manager.arange(5f * rows).sin().reshape(rows, 5));
        }
        if (model.inputNames().contains("pixel_values")) {
            Shape image = new Shape(rows, 3, 32, 32);
            return new NDList(manager.arange((float) image.size()).sin().reshape(image));
        }
        return Passes.tokens(model, manager, rows, 6);
    }
}
