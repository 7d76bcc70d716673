package javax.annotation;

/** The one annotation of the generated code that the generator's own archive lacks. */
public @interface Generated {
  String[] value();

  String comments() default "";

  String date() default "";
}
