/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assumptions.assumeThatCode;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.core.Linear;
import java.io.IOException;
import java.util.List;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.hub.OpenOptions;
import org.djladapters.matmul.Matmul;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who decides how the products of linear layers are computed. */
class MatmulChoiceTest {

    @Test
    void theFastestIsChosenWhereNobodyElseDoes() throws IOException {
        try (AdaptedModel model = AdaptedModel.open(Models.directory("tiny-bert"), Device.cpu())) {
            assertThat(model.matmul()).isEqualTo(Matmul.fastest());
        }
    }

    @Test
    void aChoiceHoldsUntilTheNextOne() throws IOException {
        assumeThatCode(Matmul.ONEDNN::requireAvailable).doesNotThrowAnyException();
        try (AdaptedModel model = open(Matmul.ONEDNN);
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            assertThat(model.matmul()).isEqualTo(Matmul.ONEDNN);
            model.add("a", CompoundConfig.builder().optOrders(1).build());
            assertThat(model.status().matmul()).isEqualTo(Matmul.ONEDNN);
            assertThat(model.status().toString()).contains("matrix products by onednn\n");
            NDList inputs = Models.runs(model, manager).get(0).inputs();
            NDList before = model.predict(inputs);
            Passes.assertBitEqual(model.predict(inputs), before);

            model.setMatmul(Matmul.MKL);
            assertThat(model.matmul()).isEqualTo(Matmul.MKL);
            model.predict(inputs);

            model.setMatmul(Matmul.ONEDNN);
            Passes.assertBitEqual(model.predict(inputs), before);
        }
    }

    /** Otherwise a pass would wait for itself. */
    @Test
    void nothingIsChosenWithinAPrediction() throws IOException {
        try (AdaptedModel model = open(Matmul.MKL);
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDList inputs = Models.runs(model, manager).get(0).inputs();
            model.predict(inputs);
            assertThatIllegalStateException()
                    .isThrownBy(
                            () ->
                                    model.predictions()
                                            .predict(inputs, shown -> model.setMatmul(Matmul.MKL)))
                    .withMessageContaining("during a prediction of the same thread");
        }
    }

    @Test
    void aTrainingGoesOnWithItsOwnUnlessSomebodyChose() throws IOException {
        assumeThatCode(Matmul.ONEDNN::requireAvailable).doesNotThrowAnyException();
        Matmul recorded = new Matmul(7);
        try (AdaptedModel model = AdaptedModel.open(Models.directory("tiny-bert"), Device.cpu())) {
            model.resumeMatmul(recorded);
            assertThat(model.matmul()).isEqualTo(recorded);
            model.resumeMatmul(Matmul.MKL);
            assertThat(model.matmul()).isEqualTo(Matmul.MKL);

            model.setMatmul(Matmul.ONEDNN);
            model.resumeMatmul(Matmul.ONEDNN);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> model.resumeMatmul(recorded))
                    .withMessageContaining(
                            "matrix products by onednn:7, but this model uses onednn");
            assertThat(model.matmul()).isEqualTo(Matmul.ONEDNN);
        }
    }

    @Test
    void nativeBlocksComputeTheirOwn() {
        Model base = Model.newInstance("net", Device.cpu(), "PyTorch");
        base.setBlock(Linear.builder().setUnits(4).build());
        base.getBlock().initialize(base.getNDManager(), DataType.FLOAT32, new Shape(2, 3));
        try (AdaptedModel model = AdaptedModel.of(base)) {
            assertThat(model.matmul()).isEqualTo(Matmul.MKL);
            model.setMatmul(Matmul.MKL);
            assumeThatCode(Matmul.ONEDNN::requireAvailable).doesNotThrowAnyException();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> model.setMatmul(Matmul.ONEDNN))
                    .withMessage(
                            "The model 'net' is made of native Blocks, whose matrix products"
                                    + " are the engine's own (mkl) and can't be computed by"
                                    + " onednn; leave the choice open");
            assertThat(model.matmul()).isEqualTo(Matmul.MKL);
        }
    }

    @Test
    void aClosedModelChoosesNothing() throws IOException {
        AdaptedModel model = open(Matmul.MKL);
        model.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> model.setMatmul(Matmul.MKL))
                .withMessage("The adapted model was closed");
    }

    /** Whatever happened to a model before, a choice gives the same bits as in a new process. */
    @ParameterizedTest
    @ValueSource(strings = {"mkl", "onednn"})
    void outputsFollowFromTheChoice(String text) throws IOException {
        Matmul matmul = Matmul.parse(text);
        assumeThatCode(matmul::requireAvailable).doesNotThrowAnyException();
        NDList base;
        NDList adapted;
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            try (AdaptedModel model = open(matmul)) {
                NDList inputs = Passes.tokens(model, manager, 3, 7);
                base = kept(model.predict(inputs), manager);
                addTwo(model);
                adapted = kept(model.predict(inputs), manager);
                assertThat(difference(adapted, base)).isGreaterThan(1e-3);
            }
            try (AdaptedModel model = open(Matmul.MKL)) {
                NDList inputs = Passes.tokens(model, manager, 3, 7);
                double rounding = 1e-5;
                addTwo(model);
                assertThat(difference(model.predict(inputs), adapted)).isLessThan(rounding);
                model.merge("a");

                model.setMatmul(matmul);
                assertThat(difference(model.predict(inputs), adapted)).isLessThan(rounding);
                model.unmerge("a");
                Passes.assertBitEqual(model.predict(inputs), adapted);
                model.activate("b");
                model.predict(inputs).close();
                model.activate("a");
                Passes.assertBitEqual(model.predict(inputs), adapted);
                model.activate();
                Passes.assertBitEqual(model.predict(inputs), base);
                model.activate("a");
                assertThat(difference(model.predict(inputs, List.of("a", "a", "a")), adapted))
                        .isLessThan(rounding);
                model.unload();
                Passes.assertBitEqual(model.predict(inputs), base);
            }
        }
    }

    private static double difference(NDList actual, NDList expected) {
        return Passes.difference(actual.head(), expected.head());
    }

    private static void addTwo(AdaptedModel model) {
        AdapterConfig config = CompoundConfig.builder().optOrders(1, 2).optBlockSize(10).build();
        for (String name : List.of("a", "b")) {
            model.add(name, config);
            Passes.perturb(model, name, name.hashCode());
        }
        model.activate("a");
    }

    private static NDList kept(NDList outputs, NDManager manager) {
        outputs.attach(manager);
        return outputs;
    }

    private static AdaptedModel open(Matmul matmul) throws IOException {
        return AdaptedModel.open(
                Models.directory("tiny-bert"),
                OpenOptions.builder().optDevice(Device.cpu()).optMatmul(matmul).build());
    }
}
