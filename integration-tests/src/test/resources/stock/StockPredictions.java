/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.ImageFactory;
import ai.djl.modality.nlp.qa.QAInput;
import ai.djl.modality.nlp.translator.NamedEntity;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.DeferredTranslatorFactory;
import ai.djl.util.StringPair;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Predicts with DJL alone: {@code text DIR TEXT}, {@code pair DIR TEXT}, {@code embedding DIR
 * TEXT}, {@code answer DIR TEXT}, {@code image DIR FILE}, {@code numbers DIR FILE}, {@code tokens
 * DIR TEXT}, …; {@code length DIR TEXT} counts the tokens that tokenizer.json alone gives.
 */
public final class StockPredictions {

    private StockPredictions() {}

    public static void main(String[] args) throws Exception {
        requireAbsent("org.djladapters.model.AdaptedModel");
        for (int i = 0; i < args.length; i += 3) {
            Path model = Path.of(args[i + 1]);
            String input = args[i + 2];
            System.out.println(
                    switch (args[i]) {
                        case "text" ->
                                classes(predict(model, String.class, Classifications.class, input));
                        case "image" -> {
                            Image image = ImageFactory.getInstance().fromFile(Path.of(input));
                            yield classes(
                                    predict(model, Image.class, Classifications.class, image));
                        }
                        case "pair" -> {
                            StringPair pair = new StringPair(input, "is it true");
                            yield Arrays.toString(
                                    predict(model, StringPair.class, float[].class, pair));
                        }
                        case "length" -> Integer.toString(length(model, input));
                        case "answer" ->
                                predict(
                                        model,
                                        QAInput.class,
                                        String.class,
                                        new QAInput("where is it?", input));
                        case "numbers" -> {
                            Image image = ImageFactory.getInstance().fromFile(Path.of(input));
                            yield Arrays.toString(
                                    predict(model, Image.class, float[].class, image));
                        }
                        case "tokens" ->
                                tokens(predict(model, String.class, NamedEntity[].class, input));
                        default ->
                                Arrays.toString(predict(model, String.class, float[].class, input));
                    });
        }
    }

    private static void requireAbsent(String className) {
        try {
            Class.forName(className);
            throw new IllegalStateException(className + " is here");
        } catch (ClassNotFoundException e) {
            // as it should be
        }
    }

    private static int length(Path model, String text) throws Exception {
        try (HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.newInstance(model)) {
            return tokenizer.encode(text).getIds().length;
        }
    }

    private static <I, O> O predict(Path model, Class<I> input, Class<O> output, I value)
            throws Exception {
        Criteria<I, O> criteria =
                Criteria.builder()
                        .setTypes(input, output)
                        .optModelPath(model)
                        .optTranslatorFactory(new DeferredTranslatorFactory())
                        .build();
        try (ZooModel<I, O> opened = criteria.loadModel();
                Predictor<I, O> predictor = opened.newPredictor()) {
            return predictor.predict(value);
        }
    }

    private static String tokens(NamedEntity[] tokens) {
        StringBuilder line = new StringBuilder();
        for (NamedEntity each : tokens) {
            line.append(each.getStart()).append(each.getEntity());
            line.append('=').append(each.getScore()).append(' ');
        }
        return line.toString().strip();
    }

    private static String classes(Classifications result) {
        StringBuilder line = new StringBuilder();
        for (Classifications.Classification each : result.items()) {
            line.append(each.getClassName()).append('=').append(each.getProbability()).append(' ');
        }
        return line.toString().strip();
    }
}
