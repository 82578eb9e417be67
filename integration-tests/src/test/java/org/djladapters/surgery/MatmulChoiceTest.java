/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.surgery;

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
import org.djladapters.adapter.CompoundConfig;
import org.djladapters.rotation.Matmul;
import org.djladapters.rotation.Precision;
import org.junit.jupiter.api.Test;

/** Who decides how the products of linear layers are computed. */
class MatmulChoiceTest {

    @Test
    void theFastestIsChosenWhereNobodyElseDoes() throws IOException {
        try (AdaptedModel model = AdaptedModel.open(Models.directory("tiny-bert"), Device.cpu())) {
            assertThat(model.matmul()).isEqualTo(Matmul.fastest());
        }
        OpenOptions rounding =
                OpenOptions.builder()
                        .optDevice(Device.cpu())
                        .optPrecision(Precision.BFLOAT16)
                        .build();
        try (AdaptedModel model = AdaptedModel.open(Models.directory("tiny-bert"), rounding)) {
            assertThat(model.matmul()).isEqualTo(Matmul.fastest(Precision.BFLOAT16));
        }
    }

    @Test
    void aChoiceHoldsUntilTheNextOne() throws IOException {
        assumeThatCode(Matmul.ONEDNN::requireAvailable).doesNotThrowAnyException();
        try (AdaptedModel model = open(Matmul.ONEDNN);
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            assertThat(model.matmul()).isEqualTo(Matmul.ONEDNN);
            model.add("a", CompoundConfig.builder().setOrders(1).build());
            assertThat(model.status().matmul()).isEqualTo(Matmul.ONEDNN);
            assertThat(model.status().toString()).contains("products by onednn\n");
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
                    .isThrownBy(() -> model.predict(inputs, shown -> model.setMatmul(Matmul.MKL)))
                    .withMessageContaining("within a prediction of this thread");
        }
    }

    @Test
    void aTrainingGoesOnWithItsOwnUnlessSomebodyChose() throws IOException {
        assumeThatCode(Matmul.ONEDNN::requireAvailable).doesNotThrowAnyException();
        Matmul recorded = new Matmul(7, 32);
        try (AdaptedModel model = AdaptedModel.open(Models.directory("tiny-bert"), Device.cpu())) {
            model.resumeMatmul(recorded);
            assertThat(model.matmul()).isEqualTo(recorded);
            model.resumeMatmul(Matmul.MKL);
            assertThat(model.matmul()).isEqualTo(Matmul.MKL);

            model.setMatmul(Matmul.ONEDNN);
            model.resumeMatmul(Matmul.ONEDNN);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> model.resumeMatmul(recorded))
                    .withMessageContaining("products by onednn:7, but onednn was chosen");
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
                            "The model 'net' is made of native Blocks, whose products are the"
                                    + " engine's own; it can't compute them by onednn, leave it at"
                                    + " mkl.");
            assertThat(model.matmul()).isEqualTo(Matmul.MKL);
        }
    }

    @Test
    void aClosedModelChoosesNothing() throws IOException {
        AdaptedModel model = open(Matmul.MKL);
        model.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> model.setMatmul(Matmul.MKL))
                .withMessage("The adapted model was closed.");
    }

    private static AdaptedModel open(Matmul matmul) throws IOException {
        return AdaptedModel.open(
                Models.directory("tiny-bert"),
                OpenOptions.builder().optDevice(Device.cpu()).optMatmul(matmul).build());
    }
}
