/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.docs;

/** What blocks of Java in the documentation take for granted, as source text. */
final class Given {

    /** The folder that stands for the model. */
    static final String MODEL = "all-MiniLM-L6-v2";

    /** The folder of a model with logits. */
    static final String CLASSIFIER_MODEL = "classifier";

    /** The directory of a trained adapter. */
    static final String TRAINED =
            """
            if (Files.notExists(Path.of("tickets-adapter"))) {
                try (AdaptedModel model = AdaptedModel.open(Path.of(MODEL))) {
                    FineTuner.builder()
                            .setModel(model)
                            .setConfig(LoraConfig.builder().optRank(2).build())
                            .setTrain(LabelledData.read(Path.of("train.tsv")))
                            .setDev(LabelledData.read(Path.of("dev.tsv")))
                            .setOutput(Path.of("tickets-adapter"))
                            .optEpochs(1)
                            .build()
                            .run();
                }
            }
            {
            """;

    /** A model with logits, and data that it can learn. */
    static final String CLASSIFIER =
            """
            try (AdaptedModel model = AdaptedModel.open(Path.of("classifier"));
                    NDManager manager = NDManager.newBaseManager("PyTorch")) {
                TrainingConfig config = new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss());
                Shape shape = new Shape(8, 5);
                NDArray ids = manager.arange(40).reshape(shape).toType(DataType.INT64, false);
                NDArray mask = manager.ones(shape, DataType.INT64);
                NDArray types = manager.zeros(shape, DataType.INT64);
                NDArray labels = manager.arange(8).mod(2).toType(DataType.INT64, false);
                Dataset train =
                        new ArrayDataset.Builder()
                                .setData(ids, mask, types)
                                .optLabels(labels)
                                .setSampling(4, false)
                                .build();
                Dataset dev = train;
                NDList inputs = new NDList();
                for (NDArray array : List.of(ids, mask, types)) {
                    inputs.add(array.get(":3"));
                }
            """;

    private Given() {}
}
