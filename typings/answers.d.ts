// What the API answers. The shapes are made from its OpenAPI document by `make lint`, so that the page's idea of an
// answer cannot differ from the API's; here they get the names under which the page's scripts know them.
import type { components } from "../build/dashboard/answers.js";

type Shapes = components["schemas"];

export type Alert = Shapes["Alert"];
export type Article = Shapes["Article"];
export type Attempts = Shapes["Attempts"];
export type Candle = Shapes["Candle"];
export type Candles = Shapes["Candles"];
export type Coin = Shapes["Coin"];
export type Collection = NonNullable<Attempts["collection"]>;
export type Coins = Shapes["Coins"];
export type Compared = Shapes["Compared"];
export type Comparison = Shapes["Comparison"];
export type Contract = Shapes["Contract"];
export type Coverage = Shapes["Coverage"];
export type YearOfCandles = Shapes["YearOfCandles"];
export type Derivatives = Shapes["Derivatives"];
export type FundingPayments = Shapes["FundingPayments"];
export type Gas = Shapes["Gas"];
export type Health = Shapes["Health"];
export type Language = Shapes["Language"];
export type Meaning = Shapes["Meaning"];
export type Metric = Shapes["Metric"];
export type Metrics = Shapes["Metrics"];
export type News = Shapes["News"];
export type Overview = Shapes["Overview"];
export type Payment = Shapes["Payment"];
export type ComparedPoint = Shapes["ComparedPoint"];
export type Price = Shapes["Price"];
export type Prices = Shapes["Prices"];
export type Rate = Shapes["Rate"];
export type Rates = Shapes["Rates"];
export type ReadyQuestion = Shapes["ReadyQuestion"];
export type Rows = Shapes["Rows"];
export type Run = Shapes["Run"];
export type Source = Shapes["Source"];
export type SourcePrice = Shapes["SourcePrice"];
export type Sources = Shapes["Sources"];
export type TableAge = Shapes["TableAge"];
export type Tables = Shapes["Tables"];
export type Transfer = Shapes["Transfer"];
export type Transfers = Shapes["Transfers"];
export type Underlying = Shapes["Underlying"];
